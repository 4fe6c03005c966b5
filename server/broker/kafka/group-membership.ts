import { AssignerProtocol, type Consumer } from 'kafkajs';

export interface Membership {
  readonly memberId: string;
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** Whether the group, at rest, says that the member holds exactly these. Rejects when the coordinator can't be asked. */
export async function isHeldBy(
  consumer: Consumer,
  { memberId, topic, partitions }: Membership,
): Promise<boolean> {
  const group = await consumer.describeGroup();
  const member = group.members.find((each) => each.memberId === memberId);
  if (group.state !== 'Stable' || member === undefined) return false;
  const assigned = AssignerProtocol.MemberAssignment.decode(member.memberAssignment);
  const held = assigned?.assignment[topic] ?? [];
  return held.length === partitions.length && held.every((each) => partitions.includes(each));
}
