/** One control of a framework, and what this pack has to say about it. */
export interface Control {
  readonly id: string;
  /** What it is about, in our words. */
  readonly asks: string;
  readonly shown: string;
  readonly notShown: string;
}

export interface Framework {
  readonly name: string;
  readonly about: string;
  readonly controls: readonly Control[];
}

/**
 * What a pack can be evidence for, by the frameworks that ask. In words of our own: the texts themselves are their owners'.
 * Numbers are those of the 2017 Trust Services Criteria (points of focus of 2022), of ISO/IEC 27001:2022 Annex A, and of
 * Regulation (EU) 2022/2554.
 */
export const frameworks: readonly Framework[] = [
  {
    name: 'SOC 2',
    about:
      'Trust Services Criteria of the AICPA, 2017, with the points of focus of 2022. A1 applies where availability is in scope.',
    controls: [
      {
        id: 'A1.2',
        asks: 'Backups and what it takes to recover are designed, run and watched, so that the commitments on availability can be met.',
        shown:
          'Each backup and each copy to another place, with the time it ended (`attempts.csv`, workflow `protect`); the age of the newest recovery point and copy against its bound; where copies are and whether the vault is locked; what was told to whom when a bound was broken (`index.html`).',
        notShown:
          "Power, cooling and buildings, which are AWS's: take its own SOC report. Why these resources and bounds were chosen, and who approved them. Resources without the tag `lifeboat:tier`. Capacity for the load after a recovery (A1.1).",
      },
      {
        id: 'A1.3',
        asks: 'The procedures to recover are tested, and so is whether backed-up data is whole.',
        shown:
          'Each drill: which point was restored, when, how long it took, which questions the data was asked and how each was answered (`attempts.csv`, workflow `drill`, and its records). What was not tested, and why, has a part of its own in `index.html`.',
        notShown:
          'A test of the plan for continuity as a whole: people, communication, suppliers, applications started on the recovered data. The scenarios and their likelihood. What was changed in the plan after a test.',
      },
      {
        id: 'CC7.5',
        asks: 'There are activities to recover from a security incident, and they work.',
        shown:
          'That data from before an incident can be restored and is sound, by drills; recoveries for real with what was checked of them (workflow `recover`, and "What was recovered for real" in `index.html`).',
        notShown:
          'The incidents, their root causes, what was changed so that they do not come again, and who was informed. That a restored system is free of the intruder: a drill checks data, it looks for no malware.',
      },
      {
        id: 'CC7.2',
        asks: 'Systems are watched for what is out of the ordinary, so that somebody can judge it.',
        shown:
          'For backups alone: each episode, when it opened, when somebody was told and through what, when it was told again and how it ended.',
        notShown: 'Any other watching. What people did with the message.',
      },
      {
        id: 'CC9.1',
        asks: 'Risks from disruptions of the business are known, and something is done about them.',
        shown:
          'For each resource, what survives the loss of an instance, a zone, a Region, the account, a key, and a bad write, and how much data would be lost ("What survives what" in `index.html`).',
        notShown: 'The assessment of risks itself, insurance, and everything but data.',
      },
    ],
  },
  {
    name: 'ISO/IEC 27001:2022, Annex A',
    about: 'The numbers are those of Annex A, and the same in ISO/IEC 27002:2022.',
    controls: [
      {
        id: '8.13 Information backup',
        asks: 'Copies of information, software and systems are kept and tested regularly, as a policy on backups says.',
        shown:
          'Which resources, how often, where to and for how long, by tier (records of the chain `standing`); that it was done (`attempts.csv`); the tests: each drill restores a recovery point and asks its data.',
        notShown:
          'The policy on backups as a document that somebody approved. Software, system images and configuration. Whether the keys and the encryption are what you ask for.',
      },
      {
        id: '8.14 Redundancy of information processing facilities',
        asks: 'There is enough redundancy to meet what is asked of availability.',
        shown: 'Copies of data in another Region or account, their age, and that they can be restored there.',
        notShown:
          'Redundancy of what runs: several zones, standby instances, network, suppliers. A backup is no redundancy of a service, and nothing fails over to it.',
      },
      {
        id: '5.29 Information security during disruption',
        asks: 'Security holds on while things are disrupted.',
        shown:
          'Of drills, that what was restored is gone afterwards (`scratch` in `attempts.csv`). Of recoveries, what was left running and what was checked.',
        notShown:
          'The plan for it. Who may reach a recovered system, and with which rights. That the scratch network is sealed: the deployed template shows it, and `lifeboat doctor` asks the account.',
      },
      {
        id: '5.30 ICT readiness for business continuity',
        asks: 'ICT is planned, kept and tested so that it meets the objectives of continuity.',
        shown:
          'Objectives for the loss of data (RPO) and the time of recovery (RTO), and what was measured against each of them in this month.',
        notShown:
          'The analysis of business impact from which the objectives should come. Recovery of a whole service: its order, its dependencies, its people.',
      },
      {
        id: '5.33 Protection of records',
        asks: 'Records are protected from loss, change and forgery.',
        shown:
          'The records in this pack: chained by hash, sealed daily, and checked by whoever holds them (`VERIFY.md`).',
        notShown: 'All other records. How long you have to keep them: the bucket locks each for 400 days.',
      },
      {
        id: '8.10 Information deletion',
        asks: 'Information that is no longer needed is deleted.',
        shown: 'That restored data was taken down after each drill, or that it was not.',
        notShown:
          'The deletion of recovery points at the end of their time, which AWS Backup does; what you have to delete in production and in backups on request.',
      },
      {
        id: '8.16 Monitoring activities',
        asks: 'Networks, systems and applications are watched for what is out of the ordinary.',
        shown: 'For backups, copies and proofs alone: each episode, and when it was told.',
        notShown: 'Any other monitoring.',
      },
    ],
  },
  {
    name: 'DORA, Regulation (EU) 2022/2554',
    about:
      'For financial entities in the Union. Some paragraphs do not apply to microenterprises, and Article 16 has simpler rules for some entities. Details are in Delegated Regulation (EU) 2024/1774, Articles 24 to 26.',
    controls: [
      {
        id: 'Article 11(6), testing plans for continuity, response and recovery',
        asks: 'Plans are tested at least yearly and after substantive changes; the scenarios include attacks, and switching to backups and redundant facilities.',
        shown: 'That recovery from backups is tested, how often, and with what result, for each resource.',
        notShown:
          'The plans, the scenario of an attack, the switch of a whole service, the test of communication in a crisis, and the review of the plans after a test.',
      },
      {
        id: 'Article 11(8), records of what was done',
        asks: 'There are records of what was done before and during a disruption, easy to reach.',
        shown: 'Each recovery that was run with Lifeboat, with its times, checks and result; each episode.',
        notShown: 'All that people did besides.',
      },
      {
        id: 'Article 12(1), rules for backups and recovery',
        asks: 'It is laid down which data is backed up, how often at least, and how it is restored and recovered.',
        shown: 'The rules in force for each tier, and which resource has which tier (records of the chain `standing`).',
        notShown:
          'How critical or confidential the data is, from which the rules have to follow. The approved documents.',
      },
      {
        id: 'Article 12(2), backup systems and their testing',
        asks: 'Backup systems can be put to use without endangering security or data; backup and recovery are tested periodically.',
        shown:
          'Each test, its date and its result. That drills touch no production is how they are built: they restore under names of their own and take down only those.',
        notShown: 'A review of that construction by somebody independent.',
      },
      {
        id: 'Article 12(3), segregation when restoring',
        asks: 'Restoring with own systems uses systems that are physically and logically segregated from the source, protected from unauthorised access and corruption.',
        shown: 'In which account and Region recovery points and copies are, and where drills restored them.',
        notShown:
          'Whether an account or Region of the same provider is segregation enough for you. Rights of people in these accounts. A vault without a lock can be emptied by whoever may change its policy: the score in `index.html` says which are locked.',
      },
      {
        id: 'Article 12(6), objectives of recovery',
        asks: 'For each function there are objectives for the time of recovery and the loss of data, that hold in extreme scenarios.',
        shown: 'Objectives for each resource, and what was measured.',
        notShown:
          'Objectives for each function, how critical it is, and extreme scenarios such as many resources at once.',
      },
      {
        id: 'Article 12(7), checks after a recovery',
        asks: 'After a recovery, several checks and reconciliations see to it that data is as sound as can be.',
        shown: 'The checks of each drill and each recovery, with their answers.',
        notShown: 'Reconciliation with other systems and with counterparties.',
      },
      {
        id: 'Article 24, the programme of testing',
        asks: 'There is a programme of tests, by risk, done by independent parties, with procedures to mend what they find; what supports critical or important functions is tested at least yearly.',
        shown:
          'Tests of recovery by a machine that has no interest in the result, and, as episodes, what they found and when it was over.',
        notShown:
          'The programme, the independence of whoever is answerable for it, priorities and follow-up. Whether every critical function is covered.',
      },
      {
        id: 'Article 25, kinds of tests',
        asks: 'The programme has appropriate tests, among them tests of scenarios, end-to-end tests and performance tests.',
        shown: 'One kind of test: restore and check of data, with the time it takes.',
        notShown:
          'All other kinds: vulnerabilities, network, source code, penetration and the rest. Threat-led penetration tests (Article 26).',
      },
    ],
  },
];

/** The mapping as a page of text. */
export function controlsText(month: string, banner: string): string {
  const parts = frameworks.map(({ name, about, controls }) => {
    const rows = controls.map(
      ({ id, asks, shown, notShown }) => `### ${id}

- **It asks**: ${asks}
- **Shown here**: ${shown}
- **Not shown, and has to come from elsewhere**: ${notShown}
`,
    );
    return `## ${name}\n\n${about}\n\n${rows.join('\n')}`;
  });
  return `# What this pack is evidence for, ${month}

${banner}A control is met by an organisation and judged by its auditor. This pack shows what a machine did and found in one month;
it proves no control by itself. The words are ours and not those of the frameworks: read the originals for what they ask.

A pack covers one month. Whether a control worked throughout a longer period takes the packs of all of its months.

${parts.join('\n')}`;
}
