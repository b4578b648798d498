/** The picture of the first page: four people at their windows. Decorative. */
export function Illustration() {
  return (
    <svg class="illustration" viewBox="0 0 520 420" aria-hidden="true" focusable="false">
      <rect class="art-back" x="24" y="28" width="472" height="364" rx="36" />
      <Guest x={52} y={56} tone="a" speaking />
      <Guest x={268} y={56} tone="b" />
      <Guest x={52} y={222} tone="c" />
      <Guest x={268} y={222} tone="d" />
      <g class="art-bubble" transform="translate(150 -2) scale(0.72)">
        <path d="M352 6h96a26 26 0 0 1 26 26v22a26 26 0 0 1-26 26h-58l-24 20 4-20h-18a26 26 0 0 1-26-26V32a26 26 0 0 1 26-26z" />
        <circle cx="374" cy="43" r="6" />
        <circle cx="400" cy="43" r="6" />
        <circle cx="426" cy="43" r="6" />
      </g>
    </svg>
  );
}

function Guest({
  x,
  y,
  tone,
  speaking = false,
}: {
  x: number;
  y: number;
  tone: string;
  speaking?: boolean;
}) {
  const clip = `guest-${tone}`;
  return (
    <g transform={`translate(${x} ${y})`}>
      <clipPath id={clip}>
        <rect width="200" height="150" rx="22" />
      </clipPath>
      <g clip-path={`url(#${clip})`}>
        <rect class={`art-wall-${tone}`} width="200" height="150" />
        <path class={`art-arch-${tone}`} d="M38 150V84a62 62 0 0 1 124 0v66z" />
        <path class={`art-coat-${tone}`} d="M44 150c0-32 24-50 56-50s56 18 56 50z" />
        <circle class="art-skin" cx="100" cy="74" r="28" />
        <path
          class={`art-hair-${tone}`}
          d="M71 76c-4-30 12-42 29-42s33 12 29 42c-4-14-12-21-29-21s-25 7-29 21z"
        />
      </g>
      {speaking && <rect class="art-ring" x="-3" y="-3" width="206" height="156" rx="25" />}
    </g>
  );
}
