import type { Layer, Outcome } from './finding.js';

export const CHINESE_OUTCOMES: Readonly<Record<Outcome, string>> = { INTACT: '一致', ALTERED: '不一致', UNDETERMINED: '无法判定', NONE: '无' };

export const CHINESE_LAYERS: Readonly<Record<Layer, string>> = { content: '内容', seal: '封存', signature: '签名', log: '日志', ledger: '账本', package: '证据包', events: '事件' };
