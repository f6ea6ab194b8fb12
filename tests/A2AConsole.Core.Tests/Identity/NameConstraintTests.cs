using System.Security.Cryptography.X509Certificates;
using A2AConsole.Core.Identity;
using static A2AConsole.Core.Tests.Identity.RawPath;

namespace A2AConsole.Core.Tests.Identity;

/// <summary>Name constraints of an authority over the agents below it (RFC 5280 §4.2.1.10).</summary>
public sealed class NameConstraintTests
{
    private const int Mail = 1, Dns = 2, Directory = 4, Uri = 6, Address = 7;

    [Theory]
    [InlineData("acme.example", true)]
    [InlineData("ACME.Example", true)]
    [InlineData("", false)] // what it would mean for a URI is nowhere said
    [InlineData(".acme.example", false)] // below it only
    [InlineData(".example", true)]
    [InlineData("example", false)] // one host, not what is below
    [InlineData("other.example", false)]
    [InlineData("cme.example", false)]
    public void A_URI_must_lie_in_a_permitted_subtree(string permitted, bool isAccepted)
        => Check(isAccepted, Constraints(permitted: [(Uri, permitted)]));

    [Theory]
    [InlineData("acme.example", false)]
    [InlineData("Acme.EXAMPLE", false)]
    [InlineData("", false)]
    [InlineData(".example", false)]
    [InlineData(".acme.example", true)]
    [InlineData("partner.example", true)]
    public void A_URI_must_not_lie_in_an_excluded_subtree(string excluded, bool isAccepted)
        => Check(isAccepted, Constraints(excluded: [(Uri, excluded)]));

    [Theory]
    [InlineData("acme.example", true)]
    [InlineData("", true)]
    [InlineData("agent.acme.example", true)]
    [InlineData("AGENT.acme.example", true)]
    [InlineData(".acme.example", true)]
    [InlineData(".agent.acme.example", false)]
    [InlineData("gent.acme.example", false)]
    [InlineData("other.example", false)]
    public void A_DNS_name_must_lie_in_a_permitted_subtree(string permitted, bool isAccepted)
        => Check(isAccepted, Constraints(permitted: [(Dns, permitted)]));

    [Fact]
    public void One_of_several_permitted_subtrees_is_enough() => Check(true, Constraints(permitted: [(Uri, "other.example"), (Uri, "acme.example")]));

    [Fact]
    public void Excluded_wins_over_permitted() => Check(false, Constraints([(Uri, "acme.example")], [(Uri, "acme.example")]));

    [Fact]
    public void A_form_without_constraint_is_free() => Check(true, Constraints(permitted: [(Mail, "acme.example")]));

    [Theory]
    [InlineData("secret.acme.example", false)] // *.acme.example stands for it too
    [InlineData("SECRET.acme.example", false)]
    [InlineData("deep.secret.acme.example", true)] // a wildcard is one label
    [InlineData("acme.example", false)]
    [InlineData("other.example", true)]
    public void A_wildcard_must_not_cover_an_excluded_name(string excluded, bool isAccepted)
        => Check(isAccepted, Constraints(excluded: [(Dns, excluded)]), Names((Uri, TestPki.Id()), (Dns, "*.acme.example")));

    [Theory]
    [InlineData("agent.acme.example.")]
    [InlineData("agent..acme.example")]
    [InlineData("")]
    [InlineData("agent.acme.example\0.evil.example")]
    public void A_name_that_is_no_host_keeps_no_constraint(string name)
    {
        Check(false, Constraints(permitted: [(Dns, "acme.example")]), Names((Uri, TestPki.Id()), (Dns, name)));
        Check(false, Constraints(excluded: [(Dns, "evil.example")]), Names((Uri, TestPki.Id()), (Dns, name)));
    }

    [Fact]
    public void Names_of_forms_that_we_do_not_evaluate_are_refused_where_they_are_constrained()
    {
        Check(false, Constraints(excluded: [(Address, "0A000000FF000000")]), Names((Uri, TestPki.Id()), (Address, "7F000001")));
        Check(false, Constraints(permitted: [(Mail, "acme.example")]), Names((Uri, TestPki.Id()), (Mail, "ann@acme.example")));
        Check(false, Constraints(permitted: [(Directory, "agent")]));
    }

    [Fact]
    public void Constraints_of_every_authority_above_count()
    {
        Refuse(new RawPath { Root = c => c.Adding(Constraints(permitted: [(Uri, "other.example")])) });
        Refuse(new RawPath { Issuing = c => c.Adding(Constraints(permitted: [(Uri, "acme.example")])), Below = [c => c.Adding(Constraints(excluded: [(Uri, "acme.example")]))] });
    }

    [Fact]
    public void An_authority_below_must_keep_them_too_but_for_a_new_key_of_the_same_name()
    {
        var foreign = Names((Uri, "spiffe://other.example"));
        Refuse(new RawPath { Issuing = c => c.Adding(Constraints(permitted: [(Uri, "acme.example")])), Below = [c => c.Adding(foreign)] });
        Accept(new RawPath { Issuing = c => c.Adding(Constraints(permitted: [(Uri, "acme.example")])), Below = [c => c.Adding(foreign) with { Subject = RawCertificate.Name("issuing") }] });
    }

    [Fact]
    public void A_leaf_does_not_escape_by_taking_its_issuers_name()
    {
        // The framework takes such a leaf for a root; the rule must hold without its help.
        var (leaf, trust) = new RawPath { Issuing = c => c.Adding(Constraints(permitted: [(Uri, "other.example")])), Leaf = c => c with { Subject = RawCertificate.Name("issuing") } }.Build();
        var path = new[] { leaf, trust.Intermediates[0].RawData, trust.Roots[0].RawData }.Select(c => CertificateReading.TryRead(c, out _)!).ToList();
        Assert.True(path[0].IsSelfIssued);
        Assert.Equal(SvidRefusalCodes.NameConstraints, PathRules.Check(path, TestPki.Now)!.Code);
    }

    [Fact]
    public void Constraints_that_may_be_ignored_are_refused() => Check(false, Constraints(permitted: [(Uri, "acme.example")], isCritical: false));

    [Theory]
    [InlineData("spiffe://acme.example")]
    [InlineData("acme.example/env")]
    [InlineData("..acme.example")]
    [InlineData("acme example")]
    public void A_constraint_that_is_no_host_is_refused(string constraint)
    {
        Check(false, Constraints(permitted: [(Uri, constraint), (Uri, "acme.example")]));
        Check(false, Constraints(excluded: [(Uri, constraint)]));
    }

    [Fact]
    public void Constraints_that_say_nothing_or_too_much_are_refused()
    {
        Check(false, Constraints());
        Check(false, Constraints(permitted: []));
        Check(false, Constraints(excluded: [.. Enumerable.Range(0, NameConstraints.MaxSubtrees + 1).Select(i => (Uri, $"n{i}.example"))]));
        // A subtree with a minimum.
        Check(false, new X509Extension("2.5.29.30", Convert.FromHexString("300BA009300786026162800101"), critical: true));
    }

    [Theory]
    [InlineData("https://host.example/path", "host.example")]
    [InlineData("https://user@host.example:8443/?q#f", "host.example")]
    [InlineData("https://good.example@evil.example/", "evil.example")]
    [InlineData("spiffe://acme.example", "acme.example")]
    [InlineData("https://[::1]/", null)]
    [InlineData("https://127.0.0.1/", null)]
    [InlineData("urn:acme:x", null)]
    [InlineData("https:///x", null)]
    [InlineData("://x", null)]
    public void The_host_of_a_URI_is_what_follows_the_user(string uri, string? host)
        => Assert.Equal(host, new GeneralName(NameForm.Uri, uri).HostOfUri());

    private static void Check(bool isAccepted, X509Extension constraints, X509Extension? names = null)
    {
        var path = new RawPath { Issuing = c => c.Adding(constraints), Leaf = c => names is null ? c : c.With(names) };
        if (isAccepted)
            Accept(path);
        else
            Refuse(path);
    }

    private static void Accept(RawPath path)
    {
        var (der, trust) = path.Build();
        using var leaf = X509CertificateLoader.LoadCertificate(der);
        Assert.True(SvidValidator.TryValidate(leaf, trust, TestPki.Now, out _, out var refusal), refusal?.Detail);
    }

    private static void Refuse(RawPath path)
    {
        var (der, trust) = path.Build();
        using var leaf = X509CertificateLoader.LoadCertificate(der);
        Assert.False(SvidValidator.TryValidate(leaf, trust, TestPki.Now, out _, out var refusal));
        Assert.True(refusal.Code == SvidRefusalCodes.NameConstraints, $"{refusal.Code}: {refusal.Detail}");
    }
}
