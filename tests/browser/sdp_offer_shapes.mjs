// Ways in which a client of ours, or a stranger, may use one PeerConnection. Each step runs in a
// page, so it holds on to nothing here; `prepare` gives it what it needs. After each step the page
// offers, and `directions` is what its m-lines must come to with our answer.

/** Runs once in the page. */
export function prepare() {
  window.newPeer = (configuration = {}) => {
    window.pc?.close();
    window.pc = new RTCPeerConnection(configuration);
  };
  window.offer = async (options = {}) => {
    const description = await pc.createOffer(options);
    await pc.setLocalDescription(description);
    return description.sdp;
  };
  /** Takes the answer; tells what each m-line came to. */
  window.take = async (sdp) => {
    await pc.setRemoteDescription({ type: 'answer', sdp });
    return {
      state: pc.signalingState,
      directions: pc.getTransceivers().map((one) => one.currentDirection ?? 'stopped'),
      rids: pc.getTransceivers().flatMap(({ sender }) => sender.getParameters().encodings ?? [])
        .map(({ rid }) => rid).filter(Boolean),
    };
  };
  window.picture = () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1280, 720];
    canvas.getContext('2d').fillRect(0, 0, 10, 10);
    return canvas.captureStream(5);
  };
  window.tone = () => new AudioContext().createMediaStreamDestination().stream;
  window.slots = (audio, video) => {
    for (let i = 0; i < audio; i++) pc.addTransceiver('audio', { direction: 'recvonly' });
    for (let i = 0; i < video; i++) pc.addTransceiver('video', { direction: 'recvonly' });
  };
  window.send = (stream, more = {}) => pc.addTransceiver(
    stream.getTracks()[0], { direction: 'sendonly', streams: [stream], ...more });
  window.layers = [{ rid: 'q', scaleResolutionDownBy: 4 }, { rid: 'h', scaleResolutionDownBy: 2 },
    { rid: 'f' }];
  window.micAndCamera = () => {
    send(tone());
    send(picture(), { sendEncodings: layers });
  };
  window.prefer = (pattern) => {
    const { codecs } = RTCRtpReceiver.getCapabilities('video');
    for (const one of pc.getTransceivers())
      if (one.receiver.track.kind === 'video')
        one.setCodecPreferences(codecs.filter(({ mimeType }) => pattern.test(mimeType)));
  };
}

const times = (count, direction) => Array(count).fill(direction);
const rids = ['q', 'h', 'f'];

export const shapes = {
  slots_3_9: [{
    does: () => { newPeer(); slots(3, 9); },
    directions: times(12, 'recvonly'),
  }],
  slots_3_49: [{
    does: () => { newPeer(); slots(3, 49); },
    directions: times(52, 'recvonly'),
  }],
  slots_past_the_limit_rest: [{
    does: () => { newPeer(); slots(5, 1); },
    directions: [...times(3, 'recvonly'), ...times(2, 'inactive'), 'recvonly'],
  }],
  call: [{
    does: () => { newPeer(); slots(3, 2); micAndCamera(); pc.createDataChannel('parlour'); },
    directions: [...times(5, 'recvonly'), ...times(2, 'sendonly')], rids,
  }, {
    // A screen with its sound beside the camera.
    does: () => { send(picture()); send(tone()); },
    directions: [...times(5, 'recvonly'), ...times(4, 'sendonly')], rids,
  }, {
    // The screen ends: its m-line is stopped, and the sound's is parked.
    does: () => {
      pc.getTransceivers()[7].stop();
      pc.getTransceivers()[8].direction = 'inactive';
    },
    directions: [...times(5, 'recvonly'), ...times(2, 'sendonly'), 'inactive'], rids,
  }, {
    // Another screen, in the place of the stopped m-line, and one slot more.
    does: () => { send(picture()); slots(0, 1); },
    directions: [...times(5, 'recvonly'), ...times(2, 'sendonly'), 'inactive', 'sendonly',
      'recvonly'], rids,
  }, {
    does: () => {}, options: { iceRestart: true },
    directions: [...times(5, 'recvonly'), ...times(2, 'sendonly'), 'inactive', 'sendonly',
      'recvonly'], rids,
  }],
  call_all_extensions: [{
    only: 'chromium',
    does: () => {
      newPeer();
      slots(1, 2);
      micAndCamera();
      for (const one of pc.getTransceivers())
        one.setHeaderExtensionsToNegotiate(one.getHeaderExtensionsToNegotiate()
          .map((extension) => ({ ...extension, direction: 'sendrecv' })));
    },
    directions: [...times(3, 'recvonly'), ...times(2, 'sendonly')], rids,
  }],
  data_only: [{
    does: () => { newPeer(); pc.createDataChannel('parlour'); },
    directions: [],
  }],
  sendrecv: [{
    does: () => {
      newPeer();
      for (const stream of [tone(), picture()]) pc.addTrack(stream.getTracks()[0], stream);
    },
    directions: times(2, 'sendrecv'),
  }],
  max_bundle: [{
    does: () => { newPeer({ bundlePolicy: 'max-bundle' }); slots(1, 1); micAndCamera(); },
    directions: [...times(2, 'recvonly'), ...times(2, 'sendonly')], rids,
  }],
  inactive_first: [{
    does: () => { newPeer(); pc.addTransceiver('audio', { direction: 'inactive' }); slots(0, 1); },
    directions: ['inactive', 'recvonly'],
  }],
  h264_only: [{
    only: 'chromium', // Firefox may come without.
    does: () => { newPeer(); slots(1, 1); micAndCamera(); prefer(/h264|rtx/i); },
    directions: [...times(2, 'recvonly'), ...times(2, 'sendonly')], rids,
  }],
  vp9: [{
    does: () => { newPeer(); slots(1, 1); micAndCamera(); prefer(/vp9|rtx/i); },
    directions: [...times(2, 'recvonly'), ...times(2, 'sendonly')], rids,
  }],
  av1: [{
    only: 'chromium', // Firefox may come without.
    does: () => { newPeer(); slots(1, 1); micAndCamera(); prefer(/av1|rtx/i); },
    directions: [...times(2, 'recvonly'), ...times(2, 'sendonly')], rids,
  }],
  first_line_rejected: [{
    // No codec in common on the first m-line, which is the offerer's BUNDLE tag.
    only: 'chromium',
    does: () => {
      newPeer();
      const { codecs } = RTCRtpReceiver.getCapabilities('audio');
      pc.addTransceiver('audio', { direction: 'recvonly' })
        .setCodecPreferences(codecs.filter(({ mimeType }) => /g722/i.test(mimeType)));
      slots(1, 1);
    },
    directions: times(2, 'recvonly'),
  }],
};
