/** What the process was started with; a browser has none. */
export function environment(name: string): string | undefined {
    const { process } = globalThis as { process?: { env?: Record<string, string | undefined> } };
    return process?.env?.[name] || undefined;
}
