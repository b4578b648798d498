import { text } from '../messages.ts';

/** Three bars; 0 lost, 1 poor, 2 fair, 3 good. */
export function QualityMark({ score }: { score: number }) {
  const label = text.tile.quality[score] ?? '';
  return (
    <span class={`quality quality-${score}`} role="img" aria-label={label} title={label}>
      <i />
      <i />
      <i />
    </span>
  );
}
