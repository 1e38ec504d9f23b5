declare module 'asl-validator' {
  interface Answer {
    readonly isValid: boolean;
    readonly errors: readonly { readonly 'Error code': string; readonly Message?: string; readonly path?: string }[];
  }
  export default function validator(definition: unknown): Answer;
}
