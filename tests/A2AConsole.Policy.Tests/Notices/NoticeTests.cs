using System.Net;
using System.Text;
using System.Text.Json;
using A2AConsole.Core.Alerts;
using A2AConsole.Core.Detection;
using A2AConsole.Core.Notices;
using A2AConsole.Core.Quarantine;
using A2AConsole.Data.Entities;
using A2AConsole.Data.Queries;
using A2AConsole.Policy.Notices;
using A2AConsole.Testing;
using A2AConsole.Trust;
using A2AConsole.Trust.Findings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace A2AConsole.Policy.Tests.Notices;

/// <summary>Notices over real sockets: a mail server and a webhook's receiver on this machine.</summary>
public sealed class NoticeTests : IAsyncLifetime
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", Hook = "/hooks/approvals";

    private readonly SmtpListener _mail = new();
    private readonly List<(IHeaderDictionary Headers, byte[] Body)> _hooked = [];
    private int _hookAnswer = 204;
    private WebApplication _receiver = null!;
    private TestSite _site = null!;
    private Agent _agent = null!;

    private NoticeDesk Desk => _site.Get<NoticeDesk>();

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _receiver = builder.Build();
        _receiver.MapPost(Hook, async (HttpContext context) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            _hooked.Add((new HeaderDictionary(context.Request.Headers.ToDictionary()), body.ToArray()));
            context.Response.Headers.Location = "/elsewhere";
            context.Response.StatusCode = _hookAnswer;
        });
        _receiver.MapFallback(() => Results.Ok());
        await _receiver.StartAsync();
        _site = await TestSite.StartAsync(new TestSiteOptions
        {
            WithoutEdge = true,
            Services = services => services.AddNotices(o =>
            {
                (o.Smtp.Host, o.Smtp.Port, o.Smtp.Security, o.Smtp.From) = ("127.0.0.1", _mail.Port, SmtpSecurity.None, "console@acme.example");
                o.Smtp.To.Add("soc@acme.example");
                (o.Webhook.Url, o.Webhook.Secret) = (_receiver.Urls.First() + Hook, Secret);
                o.Console = new Uri("https://console.acme.example/");
                // Only when the test says so.
                o.Interval = TimeSpan.FromDays(1);
            }),
        });
        _agent = await AddAsync(db =>
        {
            foreach (var (name, role) in new[] { ("max@acme.example", "Manager"), ("olga@acme.example", "Manager"), ("ada@acme.example", "Administrator"), ("gone@acme.example", "Manager") })
            {
                if (!db.Roles.Local.Any(r => r.Name == role))
                    db.Roles.Add(new IdentityRole(role) { Id = role, NormalizedName = role.ToUpperInvariant() });
                db.Users.Add(new ConsoleUser { Id = name, UserName = name, NormalizedUserName = name.ToUpperInvariant(), LockoutEnd = name.StartsWith("gone", StringComparison.Ordinal) ? Data.Users.ConsoleUsers.DisabledUntil : null });
                db.UserRoles.Add(new IdentityUserRole<string> { UserId = name, RoleId = role });
            }
            var agent = new Agent
            {
                SpiffeId = "spiffe://acme.example/env/test/role/procurement/agent/buyer", Environment = "test", Role = "procurement", Name = "buyer", Organisation = "Acme", Owner = "olga@acme.example",
                CreatedAt = _site.Time.GetUtcNow(),
            };
            db.Agents.Add(agent);
            return agent;
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _site.DisposeAsync();
        await _receiver.DisposeAsync();
        await _mail.DisposeAsync();
    }

    private Task<T> AddAsync<T>(Func<Data.ConsoleDbContext, T> add) => _site.QueryAsync(async db =>
    {
        var added = add(db);
        await db.SaveChangesAsync();
        return added;
    });

    private int _leaf = 1000;

    private Task<Approval> AskAsync(string asked = "Order 40 pumps from Kestrel Components") => AddAsync(db =>
    {
        var now = _site.Time.GetUtcNow();
        var held = new HeldMessage
        {
            Id = ++_leaf, MessageId = $"m-{_leaf}", Digest = _leaf.ToString("x64"), AgentNumber = _agent.Number, Receiver = "spiffe://acme.example/env/test/role/erp/agent/erp", Type = "purchase.approved",
            Action = "approve", State = HeldState.Waiting, Needs = "humanApproval", HeldAt = now, ExpiresAt = now.AddHours(4), Body = [],
        };
        db.HeldMessages.Add(held);
        var approval = new Approval
        {
            HeldMessage = held, MessageId = held.MessageId, Digest = held.Digest, Action = held.Action, AgentNumber = _agent.Number, Owner = _agent.Owner, Asked = asked, Why = "Above 10,000 EUR", Amount = "18450.00",
            Currency = "EUR", Cost = 1845000, CostCurrency = "EUR", Risk = 60, Tier = "high", Quorum = 1, ApproverRole = "Manager", GroupKey = "g", State = ApprovalState.Pending, AskedAt = now, ExpiresAt = now.AddHours(4),
        };
        db.Approvals.Add(approval);
        return approval;
    });

    private Task<Notice> NoticeAsync(string channel) => _site.QueryAsync(db => db.Notices.AsNoTracking().OrderByDescending(n => n.Id).FirstAsync(n => n.Channel == channel));

    [Fact]
    public async Task Who_may_decide_hears_of_a_request_once_by_mail_and_a_webhook_that_proves_whose_it_is()
    {
        var approval = await AskAsync();
        Assert.Equal(2, await Desk.TendAsync());
        Assert.Equal(0, await Desk.TendAsync());

        var mail = Assert.Single(_mail.Mails);
        // The agent's owner may not decide and who left cannot: neither is asked.
        Assert.Equal(["max@acme.example", "soc@acme.example"], mail.To.Order());
        Assert.DoesNotContain("max@acme.example", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Asked: Order 40 pumps from Kestrel Components", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Amount: 18450.00 EUR", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"https://console.acme.example/approvals/{approval.Id}", mail.Text.Replace("=\r\n", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("Auto-Submitted: auto-generated", mail.Text, StringComparison.Ordinal);

        var (headers, body) = Assert.Single(_hooked);
        string? Check(string secret) => WebhookSignature.Check(WebhookSignature.ReadKey(secret)!, headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"], body, _site.Time.GetUtcNow());
        Assert.Null(Check(Secret));
        Assert.Equal("webhook-signature", Check(Convert.ToBase64String(new byte[32])));
        var json = JsonDocument.Parse(body).RootElement;
        Assert.Equal("approval.asked", json.GetProperty("type").GetString());
        Assert.Equal(_agent.SpiffeId, json.GetProperty("data").GetProperty("facts").GetProperty("By agent").GetString());
        Assert.StartsWith("Taken by 127.0.0.1", (await NoticeAsync("smtp")).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_escalation_reaches_the_overseers_and_a_decided_request_nobody()
    {
        var approval = await AskAsync();
        var decided = await AskAsync("Order 2 pumps");
        await _site.QueryAsync(async db =>
        {
            (await db.Approvals.FindAsync(approval.Id))!.EscalatedAt = _site.Time.GetUtcNow();
            return await db.SaveChangesAsync();
        });
        await _site.Get<NoticeQueries>().CollectAsync(["smtp"], AlertSeverity.High, _site.Time.GetUtcNow());
        await _site.QueryAsync(async db =>
        {
            (await db.Approvals.FindAsync(decided.Id))!.State = ApprovalState.Refused;
            return await db.SaveChangesAsync();
        });
        await Desk.TendAsync();
        Assert.Equal(2, _mail.Mails.Count);
        Assert.Contains(_mail.Mails, m => m.Text.Contains("Still undecided", StringComparison.Ordinal) && m.To.Order().SequenceEqual(["ada@acme.example", "max@acme.example", "soc@acme.example"]));
        Assert.DoesNotContain(_mail.Mails, m => m.Text.Contains("2 pumps", StringComparison.Ordinal));
        Assert.Contains("saw to it before", (await _site.QueryAsync(db => db.Notices.SingleAsync(n => n.About == decided.Id && n.Channel == "smtp"))).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Analysts_hear_of_alerts_that_are_severe_and_that_nobody_works_on()
    {
        Alert Raised(long id, AlertSeverity severity, AlertState state = AlertState.New, int hoursAgo = 0) => new()
        {
            Id = id, Kind = AlertKind.FanOut, Group = AlertGroup.Counterparties, Severity = severity, State = state, AgentId = _agent.SpiffeId, AgentNumber = _agent.Number, Role = _agent.Role, Cause = "",
            Sentence = $"sentence {id}", Why = "{}", Leaves = "1", Tags = "ASI03,AML.T0086", DetectionVersion = "test", Count = 9,
            RaisedAt = _site.Time.GetUtcNow().AddHours(-hoursAgo), FirstSeenAt = _site.Time.GetUtcNow(), LastSeenAt = _site.Time.GetUtcNow(),
        };
        await _site.QueryAsync(async db =>
        {
            db.Alerts.AddRange(Raised(901, AlertSeverity.High), Raised(902, AlertSeverity.Critical), Raised(903, AlertSeverity.Medium), Raised(904, AlertSeverity.Critical, AlertState.Open), Raised(905, AlertSeverity.Critical, hoursAgo: 30));
            return await db.SaveChangesAsync();
        });
        await Desk.TendAsync();
        await Desk.TendAsync();
        var subjects = _mail.Mails.Select(m => m.Text.ReplaceLineEndings("\n").Split('\n').First(l => l.StartsWith("Subject:", StringComparison.Ordinal))).Order().ToList();
        Assert.Collection(subjects, s => Assert.Contains("Critical alert: sentence 902", s, StringComparison.Ordinal), s => Assert.Contains("High alert: sentence 901", s, StringComparison.Ordinal));
        Assert.Contains(_hooked, h => JsonDocument.Parse(h.Body).RootElement.GetProperty("data").GetProperty("link").GetString() == "https://console.acme.example/alerts/902");
    }

    [Fact]
    public async Task What_did_not_arrive_is_tried_again_seen_and_told_once_it_lasts()
    {
        await AskAsync();
        _mail.Refuses = "451 come again";
        _hookAnswer = 500;
        for (var attempt = 1; attempt <= NoticeSchedule.TellAfter; attempt++)
        {
            Assert.Equal(0, await Desk.TendAsync());
            // Not before its time.
            Assert.Equal(0, await Desk.TendAsync());
            var failed = await NoticeAsync("smtp");
            Assert.Equal((attempt, null), (failed.Attempts, failed.SentAt));
            Assert.Contains("did not take the mail", failed.Outcome, StringComparison.Ordinal);
            Assert.Contains("answered 500", (await NoticeAsync("webhook")).Outcome, StringComparison.Ordinal);
            Assert.Equal(attempt < NoticeSchedule.TellAfter ? 0 : 2, (await _site.Get<IFindings>().OpenSubjectsAsync(FindingKind.NoticeFailed)).Count);
            _site.Clock.Advance(failed.NextAt!.Value - _site.Time.GetUtcNow());
        }
        // Every repeat had the same id, so that its receiver can tell.
        Assert.Single(_hooked.Select(h => h.Headers["webhook-id"].ToString()).Distinct());
        _mail.Refuses = null;
        _hookAnswer = 200;
        Assert.Equal(2, await Desk.TendAsync());
        Assert.Single(_mail.Mails);
        Assert.Empty(await _site.Get<IFindings>().OpenSubjectsAsync(FindingKind.NoticeFailed));
    }

    [Fact]
    public async Task A_way_that_never_works_is_given_up_in_the_end()
    {
        await AskAsync();
        await _mail.DisposeAsync();
        for (var attempt = 1; attempt <= NoticeSchedule.MostAttempts; attempt++)
        {
            await Desk.TendAsync();
            _site.Clock.Advance(TimeSpan.FromMinutes(30));
        }
        var notice = await NoticeAsync("smtp");
        Assert.Equal((NoticeSchedule.MostAttempts, null, null), (notice.Attempts, notice.NextAt, notice.SentAt));
        Assert.StartsWith("Given up after 8 attempts", notice.Outcome, StringComparison.Ordinal);
        Assert.Contains("smtp", await _site.Get<IFindings>().OpenSubjectsAsync(FindingKind.NoticeFailed));
    }

    [Fact]
    public async Task A_redirect_leads_no_notice_elsewhere()
    {
        await AskAsync();
        _hookAnswer = 307;
        Assert.Equal(1, await Desk.TendAsync());
        Assert.Contains("answered 307", (await NoticeAsync("webhook")).Outcome, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_stranger_wrote_makes_no_header_no_line_and_no_receiver()
    {
        await AskAsync("Order\r\nBcc: evil@example.com\r\n\r\n.\r\nMAIL FROM:<evil@example.com>\u202Egnp.exe\u0007 1");
        await Desk.TendAsync();
        var mail = Assert.Single(_mail.Mails);
        Assert.DoesNotContain("evil@example.com", mail.To);
        Assert.DoesNotContain("evil", mail.From, StringComparison.Ordinal);
        var head = mail.Text[..mail.Text.IndexOf("\r\n\r\n", StringComparison.Ordinal)];
        Assert.DoesNotContain(head.Split("\r\n"), l => l.StartsWith("Bcc", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(_mail.Commands, c => c.Contains("evil", StringComparison.Ordinal));
        Assert.Equal("a b c", NoticeText.Line("a\rb\u2028c\u202E\u200B"));
        Assert.Equal(201, NoticeText.Line(new string('x', 5000)).Length);
    }

    [Fact]
    public async Task A_quarantined_item_that_was_escalated_is_told_to_the_overseers()
    {
        await AddAsync(db =>
        {
            db.QuarantineItems.Add(new QuarantineItem { Id = 77, AgentNumber = _agent.Number, RecordedAt = _site.Time.GetUtcNow(), Code = "signature-invalid", Detail = "it does not verify", Count = 1, Case = new QuarantineCase { Id = 77, State = QuarantineState.Escalated } });
            db.QuarantineSteps.Add(new QuarantineStep { CaseId = 77, Move = QuarantineMove.Escalated, By = "ana", Note = "looks like tampering", At = _site.Time.GetUtcNow(), Leaf = 78 });
            return 0;
        });
        Assert.Equal(2, await Desk.TendAsync());
        var mail = Assert.Single(_mail.Mails);
        Assert.Contains("Note: looks like tampering", mail.Text, StringComparison.Ordinal);
        Assert.Contains("ada@acme.example", mail.To);
    }

    [Fact]
    public async Task Mail_that_must_be_encrypted_is_not_sent_otherwise_nor_to_whoever_has_any_certificate()
    {
        var options = new NoticeOptions { Smtp = { Host = "127.0.0.1", Port = _mail.Port, From = "console@acme.example", User = "console", Password = "secret" } };
        options.Smtp.To.Add("soc@acme.example");
        var text = NoticeText.Test(new Notice { Kind = NoticeKind.Test, Channel = "smtp" }, "acme.example");
        await Assert.ThrowsAsync<NoticeFailedException>(() => new SmtpChannel(options).SendAsync(text, [], default));

        using var key = System.Security.Cryptography.RSA.Create(2048);
        using var own = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=127.0.0.1", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        await using var stranger = new SmtpListener(own);
        options.Smtp.Port = stranger.Port;
        var refused = await Assert.ThrowsAsync<NoticeFailedException>(() => new SmtpChannel(options).SendAsync(text, [], default));
        Assert.Contains("certificate is not trusted", refused.Message, StringComparison.Ordinal);
        // The password was never said.
        Assert.DoesNotContain(_mail.Commands.Concat(stranger.Commands), c => c.StartsWith("AUTH", StringComparison.Ordinal));
        Assert.Empty(_mail.Mails);
    }
}
