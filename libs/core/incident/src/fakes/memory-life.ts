import type { PlannedEpisode } from '../life/episode';
import type { FixRow } from '../life/fix-table';
import type { HostLivepatches } from '../life/judge-return';
import type { LifeKnowledge } from '../life/life-knowledge';

/** A stored episode. */
export interface MemoryEpisode extends Omit<PlannedEpisode, 'opened'> {
  readonly opened: NonNullable<PlannedEpisode['opened']>;
}

/** What stores keep of incidents' lives besides the incidents themselves. */
export class MemoryLife {
  fixes: FixRow[] = [];
  hosts: HostLivepatches[] = [];
  private readonly episodes = new Map<string, MemoryEpisode>();

  knowledge(): LifeKnowledge {
    return { fixes: this.fixes, hosts: this.hosts };
  }

  applyEpisodes(episodes: readonly PlannedEpisode[]): void {
    for (const episode of episodes) {
      const key = `${episode.incidentId} ${episode.number}`;
      const opened = episode.opened ?? this.episodes.get(key)?.opened;
      // Of an episode that nobody saw open there is nothing to close.
      if (opened !== undefined) this.episodes.set(key, { ...episode, opened });
    }
  }

  episodesOf(incidentId: string): MemoryEpisode[] {
    return [...this.episodes.values()]
      .filter((episode) => episode.incidentId === incidentId)
      .sort((a, b) => a.number - b.number);
  }
}
