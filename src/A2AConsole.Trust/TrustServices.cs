using A2AConsole.Core.Attestation;
using A2AConsole.Core.Crypto;
using A2AConsole.Core.Ledger;
using A2AConsole.Data.Queries;
using A2AConsole.Trust.Attestation;
using A2AConsole.Trust.Attestation.Image;
using A2AConsole.Trust.Attestation.JoinToken;
using A2AConsole.Trust.Attestation.Kubernetes;
using A2AConsole.Trust.Attestation.SevSnp;
using A2AConsole.Trust.Attestation.Tpm;
using A2AConsole.Trust.Algorithms;
using A2AConsole.Trust.Authority;
using A2AConsole.Trust.Certificates;
using A2AConsole.Trust.Custody;
using A2AConsole.Trust.Custody.Pkcs11;
using A2AConsole.Trust.Domain;
using A2AConsole.Trust.Est;
using A2AConsole.Trust.Findings;
using A2AConsole.Trust.Findings.Inspection;
using A2AConsole.Trust.Gate;
using A2AConsole.Trust.Gateway;
using A2AConsole.Trust.Life;
using A2AConsole.Trust.Listening;
using A2AConsole.Trust.Outage;
using A2AConsole.Trust.Registration;
using A2AConsole.Trust.Rekeying;
using A2AConsole.Trust.Revoking;
using A2AConsole.Trust.Reviews;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Trust;

/// <summary>Registers the trust domain and, with the Authority role, the authority.</summary>
public static class TrustServices
{
    /// <summary>
    /// Adds the trust domain, the gate for client certificates, the checkpoint signer and the authority; the authority's listener
    /// only when <see cref="TrustOptions.AuthorityEnabled"/>. To be called after the store's registration, whose writer records
    /// the domain at start, and before whatever listens.
    /// </summary>
    public static IServiceCollection AddTrust(this IServiceCollection services, Action<TrustOptions> configure)
    {
        var options = new TrustOptions();
        configure(options);
        if (string.IsNullOrWhiteSpace(options.KeyDirectory))
            throw new TrustStartupException($"{TrustOptions.Section}:KeyDirectory is missing: say where the keys are kept.");

        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(_ => new PrivateDirectory(options.KeyDirectory));
        services.AddSingleton<CertificateFiles>();
        services.AddSingleton<AuthorityRosterFile>();
        services.AddSingleton(s => new EncryptedFileCustody(s.GetRequiredService<PrivateDirectory>(),
            () => KeyPassphrase.Resolve(s.GetRequiredService<PrivateDirectory>(), options.KeyPassphrase, s.GetRequiredService<ILoggerFactory>().CreateLogger("A2AConsole.Trust.Custody"))));
        if (options.Custody == CustodyKind.Pkcs11)
            services.TryAddSingleton<IKeyCustody>(_ => new Pkcs11Custody(options.Pkcs11));
        else
            services.TryAddSingleton<IKeyCustody>(s => s.GetRequiredService<EncryptedFileCustody>());
        services.TryAddSingleton<ITlsKeyStore>(s => s.GetRequiredService<EncryptedFileCustody>());

        services.AddSingleton<TrustQueries>();
        services.TryAddSingleton<FindingQueries>();
        services.AddSingleton<Findings.Findings>();
        services.AddSingleton<IFindings>(s => s.GetRequiredService<Findings.Findings>());
        services.AddSingleton(s => new TrustDomain(options, s.GetRequiredService<IKeyCustody>(), s.GetRequiredService<ITlsKeyStore>(),
            s.GetRequiredService<CertificateFiles>(), s.GetRequiredService<AuthorityRosterFile>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<TrustQueries>().RecordedRoot));
        services.AddSingleton<ITrustDomain>(s => s.GetRequiredService<TrustDomain>());
        services.AddSingleton<ISvidIssuer>(s => s.GetRequiredService<TrustDomain>());
        services.AddSingleton<GatewayIdentity>();
        services.AddSingleton<IGatewayIdentity>(s => s.GetRequiredService<GatewayIdentity>());
        services.AddSingleton<INoteSigner, DeferredNoteSigner>();
        services.AddSingleton<TrustDomainRecorder>();
        services.AddSingleton<AuthorityQueries>();
        services.AddSingleton<AuthorityKeys>();
        services.AddSingleton<IAuthorityKeys>(s => s.GetRequiredService<AuthorityKeys>());
        services.AddSingleton<RekeyQueries>();
        services.AddSingleton<RekeyingService>();
        services.AddSingleton<IRekeying>(s => s.GetRequiredService<RekeyingService>());
        services.AddSingleton<IRekeyCalls>(s => s.GetRequiredService<Standings>());

        services.TryAddSingleton<AlgorithmPolicySource>(_ => new AlgorithmPolicySource());
        services.TryAddSingleton<AlgorithmQueries>();
        services.AddSingleton<AlgorithmPolicies>();
        services.AddSingleton<IAlgorithmPolicies>(s => s.GetRequiredService<AlgorithmPolicies>());
        services.AddSingleton<AlgorithmUsage>();
        services.AddSingleton<InventoryReader>();
        services.AddSingleton<StandingQueries>();
        services.AddSingleton<InspectionQueries>();
        services.AddSingleton<Inspector>();
        services.AddSingleton<Standings>();
        services.AddSingleton<IStandings>(s => s.GetRequiredService<Standings>());
        services.AddSingleton<IAgentDirectory>(s => s.GetRequiredService<Standings>());
        services.AddSingleton<UnloggedCertificates>();
        services.AddSingleton<SvidGate>();
        services.AddSingleton<IAgentLife, AgentLives>();
        services.AddSingleton<RevocationQueries>();
        services.AddSingleton<Revocations>();
        services.AddSingleton<IRevocations>(s => s.GetRequiredService<Revocations>());
        services.AddSingleton<RevocationLists>();
        services.AddSingleton<OcspSigners>();
        services.AddSingleton<OcspResponder>();
        services.AddSingleton<StatusEndpoints>();
        services.AddSingleton<RefusalJournal>();
        services.AddSingleton<EntryQueries>();
        services.AddSingleton<EntryBook>();
        services.AddSingleton<IRegistrations, Registrations>();
        services.AddSingleton<EntryAdoption>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<AttestationQueries>();
        services.AddSingleton<AttestationKeys>();
        services.AddSingleton<AttestationResults>();
        services.AddSingleton<NonceBook>();
        services.AddSingleton<AttestationJournal>();
        services.AddSingleton<AttestationDesk>();
        services.AddSingleton<AttestationOffers>();
        services.AddSingleton<JoinTokenVerifier>();
        services.AddSingleton<IEvidenceVerifier>(s => s.GetRequiredService<JoinTokenVerifier>());
        services.AddSingleton<IssuancePath>();
        services.AddSingleton<IAuthority, CertificateAuthority>();
        services.TryAddSingleton<IEdgeAddress, ConfiguredEdgeAddress>();
        services.AddTpmVerifier(options);
        services.AddSingleton<IEvidenceVerifier, SnpVerifier>();
        services.AddSingleton<IEvidenceVerifier, ImageVerifier>();
        services.AddSingleton<IEvidenceVerifier>(s => new KubernetesVerifier(options.KubernetesClusters, s.GetRequiredService<TimeProvider>()));

        services.AddHostedService<TrustStartup>();
        services.AddHostedService<AlgorithmUpkeep>();
        services.AddHostedService<TrustUpkeep>();
        services.AddHostedService<FindingUpkeep>();
        services.AddHostedService<InspectionService>();
        services.AddReviews();
        if (options.AuthorityEnabled)
            services.TryAddSingleton<IAuthorityProbe, LocalProbe>();
        else
            services.TryAddSingleton<IAuthorityProbe, RemoteProbe>();
        services.AddSingleton<AuthorityHealth>();
        services.AddSingleton<IAuthorityHealth>(s => s.GetRequiredService<AuthorityHealth>());
        services.AddHostedService(s => s.GetRequiredService<AuthorityHealth>());
        if (options.AuthorityEnabled)
        {
            services.AddHostedService<RekeyRunner>();
            services.AddSingleton<AuthorityEndpoints>();
            services.AddSingleton<AttestationEndpoints>();
            services.AddSingleton<EstEndpoints>();
            services.AddSingleton(s => new AuthorityListener(
                [s.GetRequiredService<AuthorityEndpoints>().Map, s.GetRequiredService<AttestationEndpoints>().Map, s.GetRequiredService<EstEndpoints>().Map, s.GetRequiredService<StatusEndpoints>().Map],
                s.GetRequiredService<ITrustDomain>(), s.GetRequiredService<IAuthorityProbe>(), options, s.GetRequiredService<ILoggerFactory>()));
            services.AddHostedService(s => s.GetRequiredService<AuthorityListener>());
        }
        return services;
    }
}
