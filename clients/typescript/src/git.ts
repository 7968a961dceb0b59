import type { Api, BodyOf, Output, QueryOf } from './api.js';

type Rest<T, K extends string> = Omit<T, K | 'path'>;

/** The repository in one directory of a sandbox; its own git does the work. */
export class Repository {
    constructor(
        private readonly api: Api,
        private readonly sandboxId: string,
        readonly path: string,
    ) {}

    status(): Promise<Output<'getStatus'>> {
        return this.api.getStatus({ ...this.here(), query: { path: this.path } });
    }

    log(options: Rest<QueryOf<'getLog'>, never> = {}): Promise<Output<'getLog'>> {
        return this.api.getLog({ ...this.here(), query: { path: this.path, ...options } });
    }

    diff(options: Rest<QueryOf<'getDiff'>, never> = {}): Promise<Output<'getDiff'>> {
        return this.api.getDiff({ ...this.here(), query: { path: this.path, ...options } });
    }

    branches(options: Rest<QueryOf<'listBranches'>, never> = {}): Promise<Output<'listBranches'>> {
        return this.api.listBranches({ ...this.here(), query: { path: this.path, ...options } });
    }

    createBranch(name: string, options: Rest<BodyOf<'createBranch'>, 'name'> = {}): Promise<Output<'createBranch'>> {
        return this.api.createBranch({ ...this.here(), body: { path: this.path, name, ...options } });
    }

    async deleteBranch(name: string, options: Rest<QueryOf<'deleteBranch'>, never> = {}): Promise<void> {
        await this.api.deleteBranch({ path: { id: this.sandboxId, name }, query: { path: this.path, ...options } });
    }

    checkOut(target: string, options: Rest<BodyOf<'checkOut'>, 'target'> = {}): Promise<Output<'checkOut'>> {
        return this.api.checkOut({ ...this.here(), body: { path: this.path, target, ...options } });
    }

    async add(files: string[] = ['.'], options: Rest<BodyOf<'addFiles'>, 'files'> = {}): Promise<void> {
        await this.api.addFiles({ ...this.here(), body: { path: this.path, files, ...options } });
    }

    commit(message: string, options: Rest<BodyOf<'commitChanges'>, 'message'> = {}): Promise<Output<'commitChanges'>> {
        return this.api.commitChanges({ ...this.here(), body: { path: this.path, message, ...options } });
    }

    merge(branch: string, options: Rest<BodyOf<'mergeBranch'>, 'branch'> = {}): Promise<Output<'mergeBranch'>> {
        return this.api.mergeBranch({ ...this.here(), body: { path: this.path, branch, ...options } });
    }

    fetch(options: Rest<BodyOf<'fetchCommits'>, never> = {}): Promise<Output<'fetchCommits'>> {
        return this.api.fetchCommits({ ...this.here(), body: { path: this.path, ...options } });
    }

    pull(options: Rest<BodyOf<'pullCommits'>, never> = {}): Promise<Output<'pullCommits'>> {
        return this.api.pullCommits({ ...this.here(), body: { path: this.path, ...options } });
    }

    push(options: Rest<BodyOf<'pushCommits'>, never> = {}): Promise<Output<'pushCommits'>> {
        return this.api.pushCommits({ ...this.here(), body: { path: this.path, ...options } });
    }

    reset(options: Rest<BodyOf<'resetBranch'>, never> = {}): Promise<Output<'resetBranch'>> {
        return this.api.resetBranch({ ...this.here(), body: { path: this.path, ...options } });
    }

    stash(options: Rest<BodyOf<'stashChanges'>, never> = {}): Promise<Output<'stashChanges'>> {
        return this.api.stashChanges({ ...this.here(), body: { path: this.path, ...options } });
    }

    private here() {
        return { path: { id: this.sandboxId } };
    }
}
