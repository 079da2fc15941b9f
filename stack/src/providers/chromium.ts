import { findBinary } from '../processes/binaries.ts';
import { type Installing, install, installCommand, type Machine, thisMachine } from './install.ts';

/** The first is built for nothing but this: it draws no windows. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const APPLICATION = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';

/** A headless browser's flags where it runs as root on a machine without a GPU, and calls nobody but the pages asked for. */
export const CHROMIUM_FLAGS: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Playwright's own list, which this replaces, and the popup of an address bar that nobody sees: a process for each window.
  `--disable-features=${[
    'AvoidUnnecessaryBeforeUnloadCheckSync',
    'DestroyProfileOnBrowserClose',
    'HttpsUpgrades',
    'HttpsFirstBalancedModeAutoEnable',
    'LensOverlay',
    'MediaRouter',
    'PaintHolding',
    'ThirdPartyStoragePartitioning',
    'AvoidCorsURLLoaderRestartOnRedirect',
    'OptimizationHints',
    'NetworkTimeServiceQuerying',
    'AimEnabled',
    'PreconnectToSearch',
    'WebUIOmniboxPopup',
    'WebUIOmniboxAimPopup',
  ]}`,
];

const findChromium = (): string | undefined =>
  NAMES.map((name) => findBinary(name)).find((found) => found !== undefined) ?? findBinary(APPLICATION, '');

/** The system's Chromium, installed where we may; else undefined, having said in one line how to get it. */
export async function provideChromium(site: Installing, machine: Machine = thisMachine()): Promise<string | undefined> {
  const found = findChromium();
  if (found) return found;
  if (machine.aptGet && machine.root) {
    await install(['chromium'], site, machine);
    return findChromium();
  }
  site.report.warn(
    `There is no Chromium here, so nothing is tried in a browser. Get it: ${installCommand(['chromium'], machine)}`,
  );
  return undefined;
}
