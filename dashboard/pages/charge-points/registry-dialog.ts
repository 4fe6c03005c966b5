/** What every dialog that changes the registry is given. */
export interface RegistryDialogProps {
  /** Names of sites there are, to choose from. */
  readonly sites: readonly string[];
  readonly onClose: () => void;
  /** Something was changed. */
  readonly onChanged: () => void;
}
