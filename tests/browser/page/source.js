// Made-up devices: a picture of one colour, moving at its lower edge, and a tone.

export function picture(colour, [width, height] = [320, 180], fps = 15) {
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d');
  let step = 0;
  const draw = () => {
    context.fillStyle = `rgb(${colour})`;
    context.fillRect(0, 0, width, height);
    context.fillStyle = 'white';
    context.fillRect((step++ * 8) % width, height * 0.9, 24, height * 0.1);
  };
  draw();
  const timer = setInterval(draw, 1000 / fps);
  const [track] = canvas.captureStream(fps).getVideoTracks();
  const stop = track.stop.bind(track);
  track.stop = () => {
    clearInterval(timer);
    stop();
  };
  return track;
}

const context = new AudioContext();

export function tone(hertz, gain = 0.25) {
  const destination = new MediaStreamAudioDestinationNode(context);
  const oscillator = new OscillatorNode(context, { frequency: hertz });
  oscillator.connect(new GainNode(context, { gain })).connect(destination);
  oscillator.start();
  context.resume();
  return destination.stream.getAudioTracks()[0];
}
