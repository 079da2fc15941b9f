export { ROUTES, type Route } from './routes.ts';
