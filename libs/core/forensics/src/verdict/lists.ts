import { isDataKind, readValue } from '../values';
import { told, trapped, type VerdictRule } from './rule';
import { paragraph, placeOf } from './say';

const SAID = told([
  {
    slug: 'list-double-add',
    kind: /^list-corruption$/,
    headline: /double add/,
    class: 'list-corruption',
    confidence: 'certain',
    says: 'The entry is on the list already and was added again: two paths believe to own it, or one ran twice.',
    from: 'lib/list_debug.c __list_add_valid',
  },
  {
    slug: 'list-double-delete',
    kind: /^list-corruption$/,
    headline: /LIST_POISON/,
    class: 'list-corruption',
    confidence: 'certain',
    says: 'The entry carries the values that list_del leaves behind: it was deleted before and is deleted again.',
    from: 'lib/list_debug.c __list_del_entry_valid',
  },
  {
    slug: 'list-links',
    kind: /^list-corruption$/,
    headline: /list_(?:add|del) corruption|lib\/list_debug\.c/,
    class: 'list-corruption',
    confidence: 'certain',
    says: 'The links of the list do not lead back to where they come from: an entry was freed or reused while on the list, changed without its lock, or overwritten. The function that met it may be the victim only.',
    from: 'lib/list_debug.c',
  },
  {
    slug: 'list-check-trapped',
    kind: /^(?:bug|warning)$/,
    fault: /^__list_(?:add|del_entry)_valid/,
    class: 'list-corruption',
    confidence: 'likely',
    says: 'The check of a list’s links failed; its message is not in this text.',
    from: 'lib/list_debug.c',
  },
  {
    slug: 'list-checked',
    kind: /^list-corruption$/,
    class: 'list-corruption',
    confidence: 'likely',
    says: 'The check of a list’s links failed.',
    from: 'lib/list_debug.c',
  },
]);

/** The pointer followed is what list_del leaves in a deleted entry (include/linux/poison.h), or a field behind it. */
const poisoned: VerdictRule = {
  slug: 'list-poison',
  judge: (scene) => {
    for (const bad of scene.badValues) {
      const poison = bad.readings.find(
        ({ kind, details }) =>
          (kind === 'poison' || kind === 'poison-offset') && /LIST_POISON/.test(details.name ?? ''),
      );
      if (poison === undefined) continue;
      const text = trapped(
        scene,
        scene.isGuessed
          ? `Which register was followed is not in this text; ${bad.name} is ${poison.text}.`
          : `${bad.name === 'address' ? 'The address' : bad.name} is ${poison.text}: the entry followed here had been deleted from its list.`,
        'Most likely the list is walked while an entry is removed from it, without the lock or reference that forbids that, or an entry is deleted twice; that it was freed as well is not shown.',
      );
      return { class: 'list-corruption', confidence: scene.isGuessed ? 'hint' : 'likely', text };
    }
    return null;
  },
};

/** What the check found where a link should be: `but was <value>`. */
const FOUND = /but was (?:0x)?([0-9a-f]{8,16})\b/;

/** A link that is no address tells more than that the list is broken. */
const link: VerdictRule = {
  slug: 'list-link-value',
  judge: (scene) => {
    const printed =
      scene.crash.reading.kind === 'list-corruption' ? FOUND.exec(scene.headline)?.[1] : undefined;
    if (printed === undefined) return null;
    const readings = readValue(BigInt(`0x${printed}`), scene.crash.values);
    const [best] = readings.filter(({ kind }) => kind !== 'non-canonical');
    if (best === undefined || best.kind === 'kernel-address' || best.kind === 'known-range') return null;
    const isFreed = /^poison/.test(best.kind) && /POISON_FREE/.test(best.details.name ?? '');
    const isData = isDataKind(best.kind);
    return {
      class: isFreed ? 'use-after-free' : 'list-corruption',
      confidence: 'likely',
      text: paragraph(
        `${placeOf(scene)}, the kernel reports “${scene.headline.slice(0, 200)}”.`,
        `Where a link of the list should be stands ${printed}: ${best.text}.`,
        isFreed
          ? 'An entry was most likely freed while it was on the list.'
          : isData
            ? 'An entry was most likely overwritten, or freed and reused, while it was on the list.'
            : 'An entry was most likely cleared, freed and reused, or overwritten while it was on the list.',
      ),
    };
  },
};

export const LISTS: readonly VerdictRule[] = [link, ...SAID, poisoned];
