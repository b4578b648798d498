/** The tab's title and icon: which room, how many unread messages, whether we can be heard. */
import { effect } from '@preact/signals';
import { text } from '../messages.ts';

export interface PageMarks {
  readonly room?: string;
  readonly unread: number;
  readonly microphone?: 'live' | 'muted';
}

const kIcons = { idle: '/icon.svg', live: '/icon-live.svg', muted: '/icon-muted.svg' };

export function pageTitle(marks: PageMarks): string {
  const title = marks.room ? text.app.titleInRoom(marks.room) : text.app.name;
  return marks.unread > 0 ? `(${marks.unread}) ${title}` : title;
}

/** Follows `marks` (which reads signals) until the function returned is called. */
export function showPageMarks(marks: () => PageMarks): () => void {
  return effect(() => {
    const now = marks();
    document.title = pageTitle(now);
    const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
    const href = kIcons[now.microphone ?? 'idle'];
    if (icon && icon.getAttribute('href') !== href) icon.setAttribute('href', href);
  });
}
