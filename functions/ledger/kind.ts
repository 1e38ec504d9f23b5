/** The kinds of resource that Lifeboat protects. An Aurora resource is the cluster, not one of its instances. */
export type Kind = 'efs' | 'rds' | 'aurora';
