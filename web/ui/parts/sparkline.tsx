import { curvePoints } from '../state/stats_feed.ts';

const kWidth = 120;
const kHeight = 28;

/** The last minute of a figure. Decorative: the newest value stands beside it. */
export function Sparkline({ values }: { values: readonly (number | undefined)[] }) {
  return (
    <svg
      class="sparkline"
      viewBox={`0 0 ${kWidth} ${kHeight}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <polyline points={curvePoints(values, kWidth, kHeight)} />
    </svg>
  );
}
