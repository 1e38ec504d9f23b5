// Plays the table of drills in one account and prints what came of every cell as JSON.
// node test/simulation/drill/play-table.ts 'efs' 'rds postgres' … ['one row']

import { evidenceComplete } from '../../../simulator/checkers/evidence-complete.ts';
import { lastGoodPoint } from '../../../simulator/checkers/last-good-point.ts';
import { noOrphan } from '../../../simulator/checkers/no-orphan.ts';
import { onePage } from '../../../simulator/checkers/one-page.ts';
import { type CellResult, playTable } from './cells.ts';
import { onStage } from './stage.ts';
import { type Column, cells, columns } from './table.ts';

const given = process.argv.slice(2);
const isColumn = (name: string): name is Column => (columns as readonly string[]).includes(name);
const row = given.find((name) => !isColumn(name));
const checkers = [noOrphan(), onePage(), lastGoodPoint(), evidenceComplete()];
let results: readonly CellResult[] = [];
let findings: object[] = [];
const play = playTable(cells(given.filter(isColumn)).filter((cell) => row === undefined || cell.row.name === row));
await onStage({ seed: 'drill table', checkers, listen: play.listen, resources: play.resources }, async (stage) => {
  results = await play.play(stage);
  findings = checkers.map((checker) => checker.conclude(stage.world.now()));
});
process.stdout.write(JSON.stringify({ results, findings }));
