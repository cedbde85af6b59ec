// Runs the TypeScript of a checkout as it is, in worker threads too: tsx's own entry leaves those out.
import { register } from 'tsx/esm/api'

register()
