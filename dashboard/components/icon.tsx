/** Outlines on a grid of 20, drawn with the colour of the text beside them. */
const PATHS = {
  overview: 'M3 11h4l2-6 3 11 2-5h3',
  chargePoints:
    'M5 17V4.5A1.5 1.5 0 0 1 6.5 3h5A1.5 1.5 0 0 1 13 4.500V17M3.5 17h11M5 8.500h8M13 10h1.500a1 1 0 0 1 1 1v2.500a1.25 1.25 0 0 0 2.5 0V7.500L15.5 5',
  quarantine: 'M10 3.5 17.5 16.500H2.500zM10 8.500v3.500M10 14.200v.1',
  conflicts: 'M6 4v5a4 4 0 0 0 4 4h0a4 4 0 0 1 4 4M14 4v5a4 4 0 0 1-4 4M6 17a4 4 0 0 1 1.2-2.8',
  ingest: 'M10 3v9M6.5 8.5 10 12l3.5-3.500M3.5 13v2.500A1.5 1.5 0 0 0 5 17h10a1.5 1.5 0 0 0 1.5-1.500V13',
  system: 'M3 4.500h14v9H3zM7 17h6M10 13.500V17',
  light:
    'M10 6.500a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7M10 2v1.500M10 16.500V18M2 10h1.500M16.5 10H18M4.3 4.300l1.1 1.100M14.6 14.600l1.1 1.100M15.7 4.300l-1.1 1.100M5.4 14.600l-1.1 1.1',
  dark: 'M16.5 12A7 7 0 0 1 8 3.500a7 7 0 1 0 8.5 8.5',
  signOut: 'M8 3.500H5A1.5 1.5 0 0 0 3.5 5v10A1.5 1.5 0 0 0 5 16.500h3M8.5 10h8M13.5 6.500 17 10l-3.5 3.5',
  lock: 'M5 9h10v7.500H5zM7 9V6.500a3 3 0 0 1 6 0V9M10 12v1.500',
  close: 'M5 5l10 10M15 5 5 15',
  plus: 'M10 4v12M4 10h12',
  search: 'M9 3.500a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11M13 13l4 4',
  upload: 'M10 13V3.500M6.5 7 10 3.5 13.5 7M3.5 12.500v3A1.5 1.5 0 0 0 5 17h10a1.5 1.5 0 0 0 1.5-1.500v-3',
  edit: 'M12.5 4.500l3 3L7 16H4v-3zM10.5 6.500l3 3',
  trash: 'M4 6h12M8 6V4h4v2M5.5 6l.7 10.500h7.600L14.5 6M8.5 9v5M11.5 9v5',
  back: 'M12 4.5 6.5 10l5.5 5.5',
  check: 'M4 10.5 8 14.5 16 6',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration: what it means stands beside it, or in the label of its button. */
export function Icon({ name, size = 18 }: { readonly name: IconName; readonly size?: number }) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
