// What a browser without a session sees: how to get one, and nothing of the site. The desktop window gets one by itself.
import { HouseMark } from '../look/house-mark.tsx';

// Put there by the desktop shell's preload.
const isDesktop = 'lanyardDesktop' in window;

export function LockedView() {
  return (
    <main className="frame" style={{ display: 'grid', placeItems: 'center', minHeight: '80vh' }}>
      <div className="surface" style={{ padding: '36px 40px', maxWidth: 560 }}>
        <div className="brand" style={{ marginBottom: 14 }}>
          <HouseMark size={28} />
          Lanyard
        </div>
        <h1 style={{ fontSize: 20, margin: '0 0 8px' }}>This page is locked</h1>
        <p style={{ margin: 0, lineHeight: 1.55 }}>
          {isDesktop ? 'The hub was started again; this window opens it by itself in a moment.' : <HowToOpen />}
        </p>
      </div>
    </main>
  );
}

function HowToOpen() {
  return (
    <>
      Open the address that the hub printed when it started, the one that ends in <span className="mono">#token=…</span>
      : each start has a new one.
    </>
  );
}
