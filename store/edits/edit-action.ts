/** What an operator may decide about readings. The closed list. */
export const EDIT_ACTIONS = {
  confirm: 'What was read is right, however it looks: it counts as measured.',
  exclude: 'What was read is wrong: it is as if it had never been read.',
  replace: 'What was read is wrong, and this is the value instead.',
  insert: 'Nothing was read, and this is the value.',
} as const satisfies Record<string, string>;
export type EditAction = keyof typeof EDIT_ACTIONS;
