import { Ajv, protocolSchema } from './dependencies.mjs';

const ajv = new Ajv();
ajv.addSchema(protocolSchema, 'protocol');
const validators = {
  sent: ajv.getSchema('protocol#/definitions/request'),
  received: ajv.getSchema('protocol#/definitions/serverMessage'),
};

/** Holds every frame of a page's WebSockets against the schema and against the rules of order. */
export class FrameCheck {
  problems = [];
  /** Requests by type, and events by name. */
  counts = new Map();

  watch(page) {
    page.on('websocket', (socket) => {
      if (!socket.url().endsWith('/v1/ws')) return;
      let lastId = 0;
      socket.on('framesent', ({ payload }) => {
        const frame = this.#check('sent', payload);
        if (frame && frame.id <= lastId) this.problems.push(`id ${frame.id} after ${lastId}`);
        lastId = frame?.id ?? lastId;
      });
      let lastSeq;
      socket.on('framereceived', ({ payload }) => {
        const frame = this.#check('received', payload);
        if (frame?.type === 'reply' && frame.to === 'join') lastSeq = frame.result.seq;
        if (frame?.type !== 'event') return;
        if (frame.seq !== lastSeq + 1) this.problems.push(`seq ${frame.seq} after ${lastSeq}`);
        lastSeq = frame.seq;
      });
    });
  }

  #check(direction, payload) {
    const frame = JSON.parse(payload.toString());
    const name = frame.type === 'event' ? frame.name : frame.type;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    const valid = validators[direction];
    if (!valid(frame)) {
      const why = ajv.errorsText(closest(valid.errors, frame));
      this.problems.push(`${direction}: ${why}: ${JSON.stringify(frame).slice(0, 600)}`);
    }
    return frame;
  }
}

/** Of a oneOf's many complaints those of the branch that was meant. */
function closest(errors, frame) {
  const meant = frame.type === 'reply' ? `${frame.to}Reply`
    : frame.type === 'event' ? `${frame.name}Event`
    : frame.type === 'error' ? 'error' : `${frame.type}Request`;
  const validate = ajv.getSchema(`protocol#/definitions/${meant}`);
  if (!validate || validate(frame)) return errors;
  return validate.errors;
}
