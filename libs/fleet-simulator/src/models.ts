/** Machines as firmware names them. */
export interface Model {
  readonly name: string;
  /** What the kernel prints after `Hardware name:`. */
  readonly hardware: string;
}

export const MODELS: readonly Model[] = [
  { name: 'PowerEdge R750', hardware: 'Dell Inc. PowerEdge R750/06V45N, BIOS 1.9.2 11/17/2022' },
  { name: 'PowerEdge R640', hardware: 'Dell Inc. PowerEdge R640/0H28RR, BIOS 2.12.2 07/09/2021' },
  { name: 'ProLiant DL380', hardware: 'HPE ProLiant DL380 Gen10/ProLiant DL380 Gen10, BIOS U30 05/24/2023' },
  { name: 'SYS-6029', hardware: 'Supermicro SYS-6029U-TR4/X11DPU, BIOS 3.4 10/30/2020' },
  {
    name: 'ThinkSystem SR650',
    hardware: 'Lenovo ThinkSystem SR650 -[7X06CTO1WW]-/-[7X06CTO1WW]-, BIOS -[IVE178E-3.30]- 01/05/2022',
  },
];
