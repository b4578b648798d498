import { useEffect, useRef, useState } from 'preact/hooks';

interface VideoProps {
  readonly track: MediaStreamTrack;
  readonly mirrored?: boolean;
  /** A screen is shown whole; a camera fills its tile. */
  readonly whole?: boolean;
  readonly onReady?: (ready: boolean) => void;
}

/** Plays one track, silently: sound has its own elements. Fades in with the first picture. */
export function Video({ track, mirrored = false, whole = false, onReady }: VideoProps) {
  const ref = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    setReady(false);
    video.srcObject = new MediaStream([track]);
    // A play() that a quick change of tracks interrupts is started anew by `autoplay`.
    video.play().catch(() => undefined);
    return () => {
      video.srcObject = null;
    };
  }, [track]);
  useEffect(() => onReady?.(ready), [ready]);
  const classes = [
    'video',
    mirrored && 'video-mirrored',
    whole && 'video-whole',
    ready && 'video-ready',
  ];
  return (
    <video
      ref={ref}
      class={classes.filter(Boolean).join(' ')}
      autoplay
      playsInline
      muted
      disablePictureInPicture
      aria-hidden="true"
      onLoadedData={() => setReady(true)}
    />
  );
}
