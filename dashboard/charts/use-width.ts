import { useEffect, useRef, useState } from 'preact/hooks';

/** How wide an element is, px; 0 before it is laid out. */
export function useWidth(): {
  readonly ref: { current: HTMLDivElement | null };
  readonly width: number;
} {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { ref, width };
}
