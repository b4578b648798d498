import { Copy } from 'lucide';
import { useEffect } from 'preact/hooks';
import type { CallStats, TrackStats } from '../../sdk/src/index.ts';
import { text } from '../messages.ts';
import { copyText } from '../state/clipboard.ts';
import { useApp, useCall } from '../state/context.ts';
import type { Sample } from '../state/stats_feed.ts';
import { bitrate, candidate, fixed, pictureSize } from '../state/stats_words.ts';
import { Button } from './button.tsx';
import { Panel } from './panel.tsx';
import { Sparkline } from './sparkline.tsx';

export function StatsPanel() {
  const { stats, panel } = useCall();
  const { toasts } = useApp();
  useEffect(() => {
    stats.start();
    return () => stats.stop();
  }, [stats]);
  const latest = stats.latest.value;
  return (
    <Panel
      title={text.stats.title}
      onClose={() => {
        panel.value = null;
      }}
    >
      <div class="stats" tabIndex={0} role="region" aria-label={text.stats.title}>
        {latest ? (
          <Figures latest={latest} history={stats.history.value} />
        ) : (
          <p class="hint">{text.stats.waiting}</p>
        )}
      </div>
      <div class="panel-foot">
        <Button
          kind="plain"
          icon={Copy}
          class="button-wide"
          disabled={!latest}
          onClick={() =>
            void copyText(
              JSON.stringify(latest, null, 2),
              toasts,
              text.stats.copied,
              text.stats.copyFailed,
            )
          }
        >
          {text.stats.copy}
        </Button>
      </div>
    </Panel>
  );
}

function Figures({ latest, history }: { latest: CallStats; history: readonly Sample[] }) {
  const now = history.at(-1);
  const { connection } = latest;
  const received = latest.tracks.filter(
    (track) => track.direction === 'in' && track.participant !== undefined,
  );
  const unused = latest.tracks.filter(
    (track) => track.direction === 'in' && track.participant === undefined,
  ).length;
  const sent = latest.tracks.filter((track) => track.direction === 'out');
  return (
    <>
      <div class="curves">
        <Curve
          label={text.stats.incoming}
          value={bitrate(connection.bitsPerSecondIn)}
          values={history.map((s) => s.inKbps)}
        />
        <Curve
          label={text.stats.outgoing}
          value={bitrate(connection.bitsPerSecondOut)}
          values={history.map((s) => s.outKbps)}
        />
        <Curve
          label={text.stats.roundTrip}
          value={fixed(now?.rttMs, 'ms')}
          values={history.map((s) => s.rttMs)}
        />
        <Curve
          label={text.stats.loss}
          value={fixed(now?.lossPercent, '%', 1)}
          values={history.map((s) => s.lossPercent)}
        />
      </div>
      <h3>{text.stats.connection}</h3>
      <dl class="facts">
        <dt>{text.stats.ice}</dt>
        <dd>
          {connection.ice}, DTLS {connection.dtls}
        </dd>
        <dt>{text.stats.path}</dt>
        <dd>
          {candidate(connection.local)}
          <br />
          {candidate(connection.remote)}
        </dd>
        <dt>{text.stats.jitter}</dt>
        <dd>{fixed(now?.jitterMs, 'ms', 1)}</dd>
        <dt>{text.stats.available}</dt>
        <dd>{bitrate(connection.availableOutgoing)}</dd>
      </dl>
      <h3>{text.stats.received}</h3>
      {received.map((track) => (
        <TrackCard key={`in-${track.mid}`} track={track} />
      ))}
      {unused > 0 && <p class="hint">{text.stats.unused(unused)}</p>}
      <h3>{text.stats.sent}</h3>
      {sent.map((track) => (
        <TrackCard key={`out-${track.mid}-${track.rid ?? ''}`} track={track} />
      ))}
    </>
  );
}

function Curve({
  label,
  value,
  values,
}: {
  label: string;
  value: string;
  values: readonly (number | undefined)[];
}) {
  return (
    <div class="curve">
      <span class="curve-label">{label}</span>
      <strong class="curve-value">{value}</strong>
      <Sparkline values={values} />
    </div>
  );
}

function TrackCard({ track }: { track: TrackStats }) {
  const { room } = useCall().session;
  const person =
    track.participant === undefined || track.participant === room.self.value.id
      ? text.stats.you
      : (room.participants.value.get(track.participant)?.name ?? '');
  const source = track.source ? text.stats.sources[track.source] : track.kind;
  const facts = [
    track.codec,
    pictureSize(track),
    track.fps === undefined ? undefined : fixed(track.fps, 'fps'),
    track.lossRatio === undefined
      ? undefined
      : `${text.stats.loss} ${fixed(track.lossRatio * 100, '%', 1)}`,
    track.jitterMs === undefined
      ? undefined
      : `${text.stats.jitter} ${fixed(track.jitterMs, 'ms')}`,
    track.limitedBy && track.limitedBy !== 'none' ? track.limitedBy : undefined,
  ].filter(Boolean);
  return (
    <div class="track-card">
      <span class="track-name">
        <bdi>{person}</bdi>{' '}
        <span class="faint-text">
          {source}
          {track.rid ? ` ${track.rid}` : ''}
        </span>
      </span>
      <strong>{bitrate(track.bitsPerSecond)}</strong>
      <span class="track-facts">{facts.join(' · ')}</span>
    </div>
  );
}
