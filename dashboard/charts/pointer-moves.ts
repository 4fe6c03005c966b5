export interface PointerMoves {
  /** By this part of the width, to the right above 0. */
  readonly pan: (part: number) => void;
  /** `factor` below 1 comes nearer; `place` is the part of the width that stays, 0 to 1. */
  readonly zoom: (factor: number, place: number) => void;
}

/** One line of a mouse wheel, of a page, in pixels. */
const WHEEL_PX = [1, 16, 400];

/**
 * Dragging pans, the wheel and two fingers zoom, the wheel's sideways turn pans. Up and down over a chart still scrolls the
 * page on touch screens (`touch-action: pan-y`). Ends with the signal.
 */
export function listenForMoves(element: HTMLElement, moves: PointerMoves, signal: AbortSignal): void {
  const pointers = new Map<number, number>();
  const width = () => Math.max(1, element.clientWidth);
  const place = (clientX: number) => (clientX - element.getBoundingClientRect().left) / width();

  const down = (event: PointerEvent) => {
    if (event.button !== 0) return;
    pointers.set(event.pointerId, event.clientX);
    element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined || before === event.clientX) return;
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    pointers.set(event.pointerId, event.clientX);
    if (other === undefined) {
      moves.pan((before - event.clientX) / width());
      return;
    }
    const [wide, wider] = [Math.abs(before - other), Math.abs(event.clientX - other)];
    // Fingers that cross stand on one point for a moment.
    if (wide > 4 && wider > 4) moves.zoom(wide / wider, place((event.clientX + other) / 2));
  };
  const up = (event: PointerEvent) => {
    pointers.delete(event.pointerId);
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const px = WHEEL_PX[event.deltaMode] ?? 1;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY)) moves.pan((event.deltaX * px) / width());
    else moves.zoom(Math.exp(clamp(event.deltaY * px, 240) * 0.0025), place(event.clientX));
  };
  element.addEventListener('pointerdown', down, { signal });
  element.addEventListener('pointermove', move, { signal });
  element.addEventListener('pointerup', up, { signal });
  element.addEventListener('pointercancel', up, { signal });
  element.addEventListener('wheel', wheel, { signal, passive: false });
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(-most, value));
}
