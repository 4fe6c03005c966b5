// Bytes of an image on the nodes whose list comes on standard input: `kubectl get nodes -o json | node image-size.mjs NAME`.
// Ends with 1 while a node that takes pods doesn't have it. A kubelet names only its largest images: 50 of them.
import process from 'node:process';
import { json } from 'node:stream/consumers';

const name = process.argv[2];
const short = name.replace(/^docker\.io\/library\//, '');
const { items } = await json(process.stdin);
const nodes = items.filter(({ spec }) => !spec.unschedulable);
// An image whose last tag has moved on has no name: null.
const isIt = ({ names }) => names?.includes(name) || names?.includes(short);
const sizes = nodes.map(({ status }) => status.images?.find(isIt)?.sizeBytes);
if (sizes.length === 0 || sizes.includes(undefined)) process.exit(1);
process.stdout.write(`${Math.max(...sizes)}\n`);
