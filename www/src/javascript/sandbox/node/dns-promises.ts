import { promises } from './dns';

export const { lookup, resolveSrv } = promises;
export default promises;
