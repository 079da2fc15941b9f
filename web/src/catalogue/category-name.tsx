import { useTranslations } from 'next-intl';

const KNOWN = ['Kitchen', 'Home', 'Desk', 'Carry', 'Limited'] as const;

/** In the visitor's language; a category that somebody added since has its own name. */
export function useCategoryName(): (category: string) => string {
  const t = useTranslations('catalogue.category');
  return (category) => {
    const known = KNOWN.find((name) => name === category);
    return known ? t(known) : category;
  };
}

export const CategoryName = ({ category }: { category: string }) => useCategoryName()(category);
