/**
 * Every word that the page shows. A translation is another object of type `Messages`; functions
 * are for words around values, so that a language can order them its own way.
 */
import type { EndKind, WayOn } from './state/endings.ts';
import type { MediaProblem } from './state/media_problem.ts';
import type { ShortcutAction } from './state/shortcuts.ts';

const locale = () => (typeof navigator === 'undefined' ? 'en' : navigator.language);

function plural(count: number, one: string, other: string): string {
  const rule = new Intl.PluralRules('en').select(count);
  return rule === 'one' ? one : other;
}

interface Explained {
  readonly title: string;
  readonly body: string;
}

const problems: Record<'camera' | 'microphone', Record<MediaProblem, Explained>> = {
  camera: {
    refused: {
      title: 'The camera is blocked',
      body: 'Allow the camera in the address bar of your browser, then try again. You can also join without it.',
    },
    missing: { title: 'No camera found', body: 'Plug one in and try again, or join without it.' },
    busy: {
      title: 'The camera is in use',
      body: 'Another program holds it. Close that program and try again, or join without it.',
    },
    insecure: {
      title: 'The camera needs a secure page',
      body: 'Browsers give cameras only to pages opened with https. You can still watch and listen.',
    },
    unplugged: { title: 'The camera went away', body: 'Plug it in again, or choose another one.' },
    unknown: { title: 'The camera did not start', body: 'Try again, or join without it.' },
  },
  microphone: {
    refused: {
      title: 'The microphone is blocked',
      body: 'Allow the microphone in the address bar of your browser, then try again. You can also join and listen.',
    },
    missing: {
      title: 'No microphone found',
      body: 'Plug one in and try again, or join and listen.',
    },
    busy: {
      title: 'The microphone is in use',
      body: 'Another program holds it. Close that program and try again, or join and listen.',
    },
    insecure: {
      title: 'The microphone needs a secure page',
      body: 'Browsers give microphones only to pages opened with https. You can still watch and listen.',
    },
    unplugged: {
      title: 'The microphone went away',
      body: 'Plug it in again, or choose another one.',
    },
    unknown: { title: 'The microphone did not start', body: 'Try again, or join and listen.' },
  },
};

/** When both are kept back for the same reason, one note says it. */
const bothProblems: Partial<Record<MediaProblem, Explained>> = {
  refused: {
    title: 'Camera and microphone are blocked',
    body: 'Allow them in the address bar of your browser, then try again. You can also join to watch and listen.',
  },
  insecure: {
    title: 'Camera and microphone need a secure page',
    body: 'Browsers give them only to pages opened with https. You can still watch and listen.',
  },
  missing: {
    title: 'No camera and no microphone found',
    body: 'Plug them in and try again, or join to watch and listen.',
  },
};

const ends: Record<EndKind, Explained> = {
  left: { title: 'You left the call', body: 'See you next time.' },
  removed: {
    title: 'You were removed from the call',
    body: 'A host ended your stay. Ask them if you think it was a mistake.',
  },
  replaced: {
    title: 'You joined from somewhere else',
    body: 'The call goes on in your other tab or device. You can bring it back here.',
  },
  lost: {
    title: 'The connection was lost',
    body: 'We kept trying, but could not reach the call again. Check your network and rejoin.',
  },
  serverStopping: { title: 'The server is restarting', body: 'It should be back in a moment.' },
  failed: {
    title: 'The call could not go on',
    body: 'Something went wrong on the way. Rejoining usually helps.',
  },
  roomFull: {
    title: 'This room is full',
    body: 'Everyone who fits is already here. Try again when someone has left.',
  },
  roomLocked: {
    title: 'This room is locked',
    body: 'A host closed the door. Ask them to open it, then try again.',
  },
  serverFull: {
    title: 'The server is busy',
    body: 'No more calls can start right now. Try again in a few minutes.',
  },
  tooMany: { title: 'Too many attempts', body: 'Wait a few seconds, then try again.' },
  tokenExpired: {
    title: 'Your invitation has expired',
    body: 'Ask whoever invited you for a new link.',
  },
  tokenInvalid: {
    title: 'Your invitation is not valid',
    body: 'The link may be incomplete. Open it again, or ask for a new one.',
  },
  tokenNeeded: {
    title: 'You need an invitation',
    body: 'This room opens only with a personal link. Ask the host for one.',
  },
  tokenOtherRoom: {
    title: 'Your invitation is for another room',
    body: 'Check the link, or ask for one to this room.',
  },
  notAllowed: {
    title: 'You may not join this room',
    body: 'Ask the host for an invitation that lets you in.',
  },
  unreachable: {
    title: 'We cannot reach the server',
    body: 'Check your network. If others are online, the server may be down for a moment.',
  },
  unsupported: {
    title: 'This browser cannot join',
    body: 'Use a recent Chrome, Edge, Firefox or Safari.',
  },
  internal: {
    title: 'Something went wrong',
    body: 'The server could not let you in. Try again in a moment.',
  },
};

const waysOn: Record<WayOn, string> = {
  rejoin: 'Rejoin',
  retry: 'Try again',
  home: 'Back to start',
};

const shortcuts: Record<ShortcutAction, string> = {
  microphone: 'Mute or unmute',
  camera: 'Camera on or off',
  share: 'Share your screen',
  hand: 'Raise or lower your hand',
  chat: 'Chat',
  people: 'People',
  layout: 'Change the layout',
  fullScreen: 'Full screen',
  stats: 'Connection statistics',
  shortcuts: 'This list',
};

export const english = {
  app: {
    name: 'Parlour',
    titleInRoom: (room: string) => `${room} · Parlour`,
  },
  theme: {
    label: 'Theme',
    system: 'Like the system',
    light: 'Light',
    dark: 'Dark',
    toLight: 'Use the light theme',
    toDark: 'Use the dark theme',
  },
  start: {
    title: 'Come in.\nSit down.\nTalk.',
    lead: 'Video calls on a server of your own. Nothing to install, no account.',
    create: 'New call',
    roomLabel: 'Room name or link',
    roomHint: 'for example velvet-harbour-4821',
    join: 'Join',
    roomEmpty: 'Type a room name first.',
    note: 'Free software. Your calls stay on your server.',
  },
  lobby: {
    title: 'Ready to join?',
    room: (room: string) => `Room ${room}`,
    name: 'Your name',
    nameEmpty: 'Type your name, so that others know who you are.',
    join: 'Join',
    joinQuiet: 'Join without camera and microphone',
    joinNoCamera: 'Join without camera',
    joinNoMicrophone: 'Join without microphone',
    listen: 'Only watch and listen',
    joining: 'Joining…',
    cancel: 'Cancel',
    preview: 'Your camera preview',
    cameraOff: 'Your camera is off',
    asking: 'Your browser asks for permission',
    askingBody: 'Choose “Allow” so that others can see and hear you.',
    tryAgain: 'Try again',
  },
  devices: {
    camera: 'Camera',
    microphone: 'Microphone',
    speaker: 'Speaker',
    cameraNumber: (n: number) => `Camera ${n}`,
    microphoneNumber: (n: number) => `Microphone ${n}`,
    speakerNumber: (n: number) => `Speaker ${n}`,
    systemDefault: 'System default',
    none: 'None found',
    level: 'Microphone level',
    testSpeaker: 'Play a test sound',
  },
  problems,
  bothProblems,
  controls: {
    toolbar: 'Call controls',
    mute: 'Mute',
    unmute: 'Unmute',
    mutedByHost: 'Muted by the host',
    cameraOn: 'Turn the camera on',
    cameraOff: 'Turn the camera off',
    microphoneOptions: 'Microphone and speaker',
    cameraOptions: 'Choose a camera',
    share: 'Share your screen',
    stopShare: 'Stop sharing',
    raiseHand: 'Raise your hand',
    lowerHand: 'Lower your hand',
    chat: 'Chat',
    chatUnread: (n: number) => `Chat, ${n} ${plural(n, 'unread message', 'unread messages')}`,
    people: 'People',
    layout: 'Layout',
    more: 'More',
    leave: 'Leave',
    settings: 'Settings',
    stats: 'Statistics',
    shortcuts: 'Keyboard shortcuts',
    fullScreen: 'Full screen',
    leaveFullScreen: 'Leave full screen',
    copyLink: 'Copy the link',
    withKey: (label: string, key: string) => `${label} (${key})`,
  },
  layout: {
    auto: 'Automatic',
    autoHint: 'A shared screen is large, people are equal',
    grid: 'Grid',
    gridHint: 'Everything in equal tiles',
    speaker: 'Speaker',
    speakerHint: 'Whoever speaks is large',
    changed: (name: string) => `Layout: ${name}`,
  },
  tile: {
    you: 'You',
    screenOf: (name: string) => `${name}’s screen`,
    muted: 'muted',
    speaking: 'speaking',
    handRaised: 'hand raised',
    cameraOff: 'camera off',
    pinned: 'pinned',
    pin: (name: string) => `Pin ${name}`,
    unpin: (name: string) => `Unpin ${name}`,
    fullScreen: (name: string) => `Show ${name} in full screen`,
    connecting: 'Connecting…',
    reconnecting: 'Reconnecting…',
    undecodable: 'This browser cannot show this video',
    more: (n: number) => `+${n}`,
    moreLabel: (n: number) => `${n} more ${plural(n, 'person', 'people')}: show the list`,
    moveSelf: 'Move your picture to another corner',
    quality: [
      'Connection lost',
      'Poor connection',
      'Fair connection',
      'Good connection',
    ] as readonly string[],
  },
  stage: {
    label: 'People in the call',
    previousPage: 'Previous page',
    nextPage: 'Next page',
    page: (index: number, pages: number) => `Page ${index} of ${pages}`,
    alone: 'You are the first one here',
    aloneBody: 'Send this link to those you want to meet.',
    copyLink: 'Copy link',
    copied: 'Link copied',
    copyFailed: 'The link could not be copied. You can take it from the address bar.',
    watching: 'You are watching: this invitation does not let you speak or show yourself.',
  },
  banner: {
    reconnecting: 'Reconnecting…',
    reconnectingMedia: 'Your connection stutters. Bringing sound and picture back…',
    attempt: (n: number) => `Attempt ${n}`,
    retryNow: 'Try now',
    draining: 'The server is about to restart. You will be reconnected by itself.',
    audioBlocked: 'Your browser keeps the sound off until you click.',
    hear: 'Turn the sound on',
    sharing: 'You are sharing your screen',
  },
  call: {
    joined: (name: string) => `${name} joined`,
    joinedMany: (name: string, n: number) =>
      `${name} and ${n} ${plural(n, 'other', 'others')} joined`,
    left: (name: string) => `${name} left`,
    removedOther: (name: string) => `${name} was removed`,
    handUp: (name: string) => `${name} raised a hand`,
    startedSharing: (name: string) => `${name} shares a screen`,
    newMessage: (name: string, message: string) => `${name}: ${message}`,
    mutedTalking: 'You are muted, nobody hears you.',
    mutedByHost: 'The host muted you',
    mutedByHostHint: 'The host muted you. Raise your hand to ask to speak.',
    roomLocked: 'The room is locked now',
    roomUnlocked: 'The room is open again',
    shareFailed: 'The screen could not be shared.',
    requestFailed: (detail: string) =>
      detail ? `That did not work: ${detail}` : 'That did not work.',
    reconnected: 'You are back',
    microphoneNow: (on: boolean) => (on ? 'Microphone on' : 'Microphone off'),
    cameraNow: (on: boolean) => (on ? 'Camera on' : 'Camera off'),
  },
  chat: {
    title: 'Chat',
    empty: 'No messages yet',
    emptyBody: 'Everyone in the call can read what you write here, those who join later too.',
    placeholder: 'Send a message',
    send: 'Send',
    you: 'You',
    direct: 'only to you',
    tooLong: 'This message is too long.',
    failed: (detail: string) => `Not sent: ${detail}`,
    notAllowed: 'You can read, but not write here.',
    newBelow: 'New messages',
    log: 'Messages',
    time: (time: Date) =>
      new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit' }).format(time),
    day: (time: Date) =>
      new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long' }).format(
        time,
      ),
  },
  people: {
    title: 'People',
    search: 'Search people',
    noMatch: 'Nobody by that name',
    host: 'Host',
    you: 'You',
    watching: 'Watches',
    external: 'Stream',
    actions: (name: string) => `Actions for ${name}`,
    muteItem: 'Mute',
    unmuteItem: 'Let speak again',
    stopCameraItem: 'Turn the camera off',
    allowCameraItem: 'Let show camera again',
    removeItem: 'Remove from the call',
    pinItem: 'Pin',
    unpinItem: 'Unpin',
    lock: 'Lock the room',
    lockHint: 'Nobody else can come in',
    invite: 'Copy the invitation link',
    removeSure: (name: string) => `Remove ${name} from the call?`,
    removeBody: 'They can come back only if the room lets them in again.',
    cancel: 'Cancel',
  },
  settings: {
    title: 'Settings',
    devices: 'Devices',
    look: 'Appearance',
    general: 'General',
    mirror: 'Mirror my own picture',
    shortcuts: 'Keyboard shortcuts of one letter',
    selfView: 'My own picture',
    selfViewAuto: 'Automatic',
    selfViewTile: 'Among the others',
    selfViewFloating: 'Floating in a corner',
    selfViewHidden: 'Hidden',
    receive: 'Incoming video',
    receiveBest: 'Best quality',
    receiveSaver: 'Save data',
    receiveAudio: 'Sound and screens only',
  },
  stats: {
    title: 'Statistics',
    copy: 'Copy as JSON',
    copied: 'Statistics copied',
    copyFailed: 'The statistics could not be copied.',
    waiting: 'Measuring…',
    connection: 'Connection',
    received: 'Received',
    sent: 'Sent',
    incoming: 'Incoming',
    outgoing: 'Outgoing',
    roundTrip: 'Round trip',
    loss: 'Loss',
    jitter: 'Jitter',
    path: 'Path',
    ice: 'ICE',
    available: 'May send',
    you: 'You',
    unused: (n: number) => `${n} ${plural(n, 'slot is', 'slots are')} not in use.`,
    sources: {
      microphone: 'Microphone',
      camera: 'Camera',
      screen: 'Screen',
      screenAudio: 'Screen sound',
    },
  },
  shortcuts: {
    title: 'Keyboard shortcuts',
    actions: shortcuts,
    talk: 'Hold to talk while muted',
    space: 'Space',
    escape: 'Close what is open',
    escapeKey: 'Esc',
    or: 'or',
    off: 'Shortcuts of one letter are switched off in the settings.',
  },
  end: {
    pages: ends,
    waysOn,
    duration: (time: string) => `The call lasted ${time}.`,
    details: 'Details',
  },
  panel: { close: (name: string) => `Close ${name}` },
  dismiss: 'Dismiss',
};

export type Messages = typeof english;

/** The catalogue in use. */
export let text: Messages = english;

/** Before the first render: nothing that is on screen changes its words. */
export function useMessages(messages: Messages): void {
  text = messages;
}

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
