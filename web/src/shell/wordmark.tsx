const COPIES = ['--gateway', '--inventory', '--payment', '--delivery', '--notification'];

/** The copies of a waybill, seen from the side, and whose they are. */
export function Wordmark({ name }: { name: string }) {
  return (
    <>
      <svg viewBox="0 0 28 28" width="28" height="28" aria-hidden="true">
        {COPIES.map((copy, depth) => (
          <rect key={copy} x={10 - depth * 2 + 2} y={2 + depth * 2.5} width="16" height="16" fill={`var(${copy})`} />
        ))}
        <path d="M2 12.500h16v13H2z" fill="var(--sheet)" stroke="currentColor" strokeWidth="1.500" />
        <path d="M5 17h10M5 21h6" stroke="currentColor" strokeWidth="1.500" />
      </svg>
      <span className="heading text-xl font-[760]">{name}</span>
    </>
  );
}
