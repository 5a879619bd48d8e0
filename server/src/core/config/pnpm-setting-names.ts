/**
 * Names of settings that `pnpm-workspace.yaml` may have. pnpm 10 takes any other name too, and whatever in pnpm goes by
 * that name.
 */

/**
 * From pnpm's own lists: 10.34, config/config/lib/types.js; 11.28, config/reader/lib/unknownSettings.js, which has those
 * of pnpm 12 too; of npm's, those that https://pnpm.io/settings has. Left out is what pnpm 11 refuses in this file
 * (getConfig/skippedKeys.js), and what is of one command or leads to a program, to another file or past the lockfile.
 */
const DOCUMENTED = `
  packages catalog catalogs catalogMode cleanupUnusedCatalogs catalogPrune configDependencies packageConfigs
  allowBuilds allowNonAppliedPatches allowUnusedPatches allowedDeprecatedVersions audit auditConfig auditIgnorePrune
  auditLevel autoConfirmAllPrompts autoInstallPeers autoInstallPeersFromHighestMatch confirmModulesPurge
  dangerouslyAllowAllBuilds executionEnv externalDependencies ignoreDepScripts ignorePatchFailures
  ignoreScripts ignoredBuiltDependencies ignoredOptionalDependencies neverBuiltDependencies onlyBuiltDependencies
  onlyBuiltDependenciesFile overrides packageExtensions patchedDependencies patchesDir peerDependencyRules
  requiredScripts strictDepBuilds supportedArchitectures tasks update updateConfig versioning
  minimumReleaseAge minimumReleaseAgeExclude minimumReleaseAgeExcludePrune minimumReleaseAgeIgnoreMissingTime
  minimumReleaseAgeStrict trustLockfile trustPolicy trustPolicyExclude trustPolicyExcludePrune trustPolicyIgnoreAfter
  blockExoticSubdeps
  lockfile lockfileDir lockfileIncludeTarballUrl frozenLockfile preferFrozenLockfile gitBranchLockfile
  mergeGitBranchLockfiles mergeGitBranchLockfilesBranchPattern excludeLinksFromLockfile peersSuffixMaxLength
  sharedWorkspaceLockfile
  storeDir cacheDir stateDir globalDir globalBinDir modulesDir virtualStoreDir virtualStoreDirMaxLength virtualStoreOnly
  virtualStoreType globalVirtualStoreDir enableGlobalVirtualStore frozenStore packageImportMethod verifyStoreIntegrity
  strictStorePkgContentCheck sideEffectsCache sideEffectsCacheReadonly remoteSideEffectsCache useRunningStoreServer
  useStoreServer modulesCacheMaxAge dlxCacheMaxAge
  hoist hoistPattern hoistingLimits hoistWorkspacePackages publicHoistPattern shamefullyHoist shamefullyFlatten
  nodeLinker symlink enableModulesDir enablePnp preferSymlinkedExecutables extendNodePath ignoreCompatibilityDb
  dedupeDirectDeps dedupeInjectedDeps dedupePeerDependents dedupePeers strictPeerDependencies
  resolvePeersFromWorkspaceRoot resolutionMode registrySupportsTimeField optimisticRepeatInstall verifyDepsBeforeRun
  registry registries namedRegistries registryOptionsByUrl pnprServer npmrcAuthFile proxy httpProxy httpsProxy noProxy
  noproxy localAddress strictSsl ca cafile cert key fetchRetries fetchRetryFactor fetchRetryMintimeout
  fetchRetryMaxtimeout fetchTimeout fetchWarnTimeoutMs fetchMinSpeedKiBps fetchingConcurrency maxTarballUnpackedSize
  networkConcurrency maxsockets maxSockets gitShallowHosts offline preferOffline userAgent
  childConcurrency workspaceConcurrency disallowWorkspaceCycles ignoreWorkspaceCycles ignoreWorkspaceRootCheck
  includeWorkspaceRoot injectWorkspacePackages legacyDirFiltering linkWorkspacePackages preferWorkspacePackages
  recursiveInstall saveWorkspaceProtocol syncInjectedDepsAfterScripts deployAllFiles forceLegacyDeploy failIfNoMatch
  changedFilesIgnorePattern testPattern workspacePackages filter filterProd aggregateOutput reporter reporterHidePrefix
  stream sort reverse bail
  save saveCatalogName saveExact savePeer savePrefix saveProd saveDev saveOptional tag
  enablePrePostScripts scriptShell shellEmulator scriptsPrependNodePath nodeOptions unsafePerm
  pnpmfile globalPnpmfile ignorePnpmfile
  nodeVersion useNodeVersion nodeDownloadMirrors nodeExperimentalPackageMap nodePackageMapType runtime runtimeOnFail
  engineStrict packageManagerStrict packageManagerStrictVersion managePackageManagerVersions pmOnFail
  initPackageManager initType initAuthorName initAuthorEmail initAuthorUrl initLicense initVersion
  cpu os libc dev production optional only forceIgnoresPlatform
  ci color loglevel progress useStderr updateNotifier useBetaCli yes
  embedReadme gitChecks gitTagVersion packDestination packGzipLevel preserveAbsolutePaths publishBranch provenance access
  skipManifestObfuscation tagVersionPrefix
  addMissingPeerTypes autoDedupe bootConfig cargo concurrencyGroups globalShims macosBackup nodePackageMap permissions
  pipelineBase pipelines publishWaitTimeout python remoteCache saveTypes skills storeIndexFormat
  symlinkedLockfileTargetDirs tools
  $schema
`;

/** As pnpm 10 spells what it hands on to install scripts: `nodeGyp`, `NODE_GYP` and `node gyp` are `node-gyp`. lodash.kebabcase */
export function kebabCase(key: string): string {
  return key
    .normalize("NFKD")
    .replace(/[\u0300-\u036f'’]/g, "")
    .replace(/([a-z\d])(?=[A-Z])|([A-Z])(?=[A-Z][a-z])|([a-zA-Z])(?=\d)|(\d)(?=[a-zA-Z])/g, "$&-")
    .replace(/[^a-zA-Z\d]+/g, "-")
    .replace(/^-|-$/g, "")
    .toLowerCase();
}

const DOCUMENTED_NAMES: ReadonlySet<string> = new Set(DOCUMENTED.trim().split(/\s+/).map(kebabCase));

/** Whether pnpm documents a setting of that name, however it is spelled, for `pnpm-workspace.yaml`. */
export function isDocumentedPnpmSetting(key: string): boolean {
  return DOCUMENTED_NAMES.has(kebabCase(key));
}
