import type { Proof } from '../api/models';

type Link = Proof['links'][number];

/** @returns the links without those that only lost or took the title to a link of the same text by the same rule */
export function toldLinks(links: readonly Link[]): Link[] {
  return links.filter(
    (link) =>
      link.validTo === null ||
      !links.some(
        (other) =>
          other !== link &&
          other.transcriptId === link.transcriptId &&
          other.reason === link.reason &&
          other.validFrom === link.validTo,
      ),
  );
}
