export { default } from '#web/shell/address-state.tsx';
