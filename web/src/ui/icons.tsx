import type { ReactNode } from 'react';

const Icon = ({ children }: { children: ReactNode }) => (
  <svg
    viewBox="0 0 20 20"
    width="20"
    height="20"
    fill="none"
    stroke="currentColor"
    strokeWidth="1.6"
    aria-hidden="true"
  >
    {children}
  </svg>
);

export const CloseIcon = () => (
  <Icon>
    <path d="m5 5 10 10M15 5 5 15" />
  </Icon>
);
export const SearchIcon = () => (
  <Icon>
    <circle cx="8.5" cy="8.5" r="5" />
    <path d="m12.5 12.5 4.5 4.5" />
  </Icon>
);
export const CartIcon = () => (
  <Icon>
    <path d="M3 7.5h14l-1.4 9H4.400z M7 7.500 8.500 3 M13 7.500 11.500 3" strokeLinejoin="round" />
  </Icon>
);
export const AccountIcon = () => (
  <Icon>
    <circle cx="10" cy="6.500" r="3" />
    <path d="M4 17c.4-4 2.600-5.500 6-5.500s5.600 1.500 6 5.500" />
  </Icon>
);
export const MinusIcon = () => (
  <Icon>
    <path d="M5 10h10" />
  </Icon>
);
export const PlusIcon = () => (
  <Icon>
    <path d="M5 10h10M10 5v10" />
  </Icon>
);
export const BinIcon = () => (
  <Icon>
    <path d="M4 6h12M8 6V4h4v2M5.500 6l.7 10.500h7.600L14.500 6" />
  </Icon>
);
