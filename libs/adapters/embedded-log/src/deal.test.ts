import { deal } from './deal';
import type { GroupView, Lease } from './deal';

const lease = (partition: number, owner: string | null, topicId = 1): Lease => ({
  topicId,
  partition,
  owner,
  epoch: 1,
});
const member = (id: string, topicIds = [1]) => ({ id, topicIds });
const partitions = (leases: readonly Lease[]) =>
  leases.map(({ topicId, partition }) => `${topicId}/${partition}`);

describe('deal', () => {
  it('gives a lone member everything', () => {
    const view: GroupView = {
      members: [member('a')],
      leases: [lease(0, null), lease(1, 'a'), lease(2, null)],
    };
    expect(partitions(deal(view, 'a').claim)).toEqual(['1/0', '1/1', '1/2']);
    expect(deal(view, 'a').release).toEqual([]);
  });

  it('makes the older member give away what is the newer one’s, which waits until it is free', () => {
    const view: GroupView = {
      members: [member('a'), member('b')],
      leases: [lease(0, 'a'), lease(1, 'a'), lease(2, 'a')],
    };
    expect(partitions(deal(view, 'a').release)).toEqual(['1/1']);
    expect(deal(view, 'b')).toEqual({ claim: [], release: [] });
    const later = { ...view, leases: [lease(0, 'a'), lease(1, null), lease(2, 'a')] };
    expect(partitions(deal(later, 'b').claim)).toEqual(['1/1']);
  });

  it('takes over from a member that is gone', () => {
    const view: GroupView = { members: [member('b')], leases: [lease(0, 'a'), lease(1, 'b')] };
    expect(partitions(deal(view, 'b').claim)).toEqual(['1/0', '1/1']);
  });

  it('deals a topic only to those that read it', () => {
    const view: GroupView = {
      members: [member('a', [1, 2]), member('b', [2])],
      leases: [lease(0, null), lease(1, null), lease(0, null, 2), lease(1, null, 2)],
    };
    expect(partitions(deal(view, 'a').claim)).toEqual(['1/0', '1/1', '2/0']);
    expect(partitions(deal(view, 'b').claim)).toEqual(['2/1']);
  });
});
