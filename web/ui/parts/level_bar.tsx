import { useEffect, useRef } from 'preact/hooks';
import { text } from '../messages.ts';
import { meterLevel } from '../state/level_meter.ts';

const kSteps = 12;

/** The microphone's level as a row of dots. Written past the renderer: 15 changes a second. */
export function LevelBar({ track }: { track: MediaStreamTrack | null }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!track) return;
    const dots = [...(ref.current?.children ?? [])];
    const stop = meterLevel(track, (level) => {
      const lit = Math.round(level * kSteps);
      dots.forEach((dot, index) => dot.classList.toggle('lit', index < lit));
      ref.current?.setAttribute('aria-valuenow', String(Math.round(level * 100)));
    });
    return () => {
      stop();
      for (const dot of dots) dot.classList.remove('lit');
    };
  }, [track]);
  return (
    <div
      ref={ref}
      class="level"
      role="meter"
      aria-label={text.devices.level}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={0}
    >
      {Array.from({ length: kSteps }, (_, index) => (
        <span key={index} class="level-dot" />
      ))}
    </div>
  );
}
