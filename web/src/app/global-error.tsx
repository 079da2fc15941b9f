'use client';

/** When not even the frame can be drawn: no language is known, so it speaks both. */
export default function GlobalError({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body style={{ fontFamily: 'system-ui, sans-serif', maxWidth: '60ch', margin: '10vh auto', padding: '0 16px' }}>
        <h1>This page cannot be shown</h1>
        <p>Something failed on our side. Your cart and your orders are untouched.</p>
        <p lang="de">Auf unserer Seite ist etwas fehlgeschlagen. Ihr Warenkorb und Ihre Bestellungen sind unberührt.</p>
        <button type="button" onClick={reset}>
          Try again · <span lang="de">Noch einmal</span>
        </button>
      </body>
    </html>
  );
}
