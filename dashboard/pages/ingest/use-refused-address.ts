import { useEffect, useState } from 'preact/hooks';

/** The address that the policy of this page let nothing be sent to; null: none so far. */
export function useRefusedAddress(): string | null {
  const [refused, setRefused] = useState<string | null>(null);
  useEffect(() => {
    const hear = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) => {
      if (effectiveDirective === 'connect-src') setRefused(blockedURI);
    };
    document.addEventListener('securitypolicyviolation', hear);
    return () => document.removeEventListener('securitypolicyviolation', hear);
  }, []);
  return refused;
}
