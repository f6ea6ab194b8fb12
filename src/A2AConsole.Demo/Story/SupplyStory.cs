using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using A2AConsole.Demo.World;

namespace A2AConsole.Demo.Story;

/// <summary>
/// Tells what the supply chain does, message by message: demand is seen, forecast, replenished, approved, shipped, declared and
/// paid, each step referring to the ones before it. The same seed, chapter and times tell the same story. Not thread-safe.
/// </summary>
/// <param name="seed">What chance is drawn from.</param>
/// <param name="chapter">Begins every business id, so that two runs over one store do not reuse each other's.</param>
public sealed class SupplyStory(int seed, string chapter)
{
    /// <summary>What the poisoned signals of the story (D3) are marked with.</summary>
    public const string PoisonLabel = "poisoned signal";

    private const int PoisonFirst = 40, PoisonEvery = 1500;

    private sealed record EvidenceItem([property: JsonPropertyName("ref")] string Reference, [property: JsonPropertyName("digest")] string Digest);
    private sealed record Noted(string Id, string Digest, Product Product);
    private sealed record Proposal(string Id, string Digest, Product Product, Site Supplier, Site ShipTo, int Pieces, decimal Total);
    private sealed record Approval(string Id, Proposal Proposal, string PurchaseOrder);
    private sealed record Shipment(string Id, Approval Approval);

#pragma warning disable CA5394 // Repeatable chance is the point; nothing secret is drawn from it.
    private readonly Random _random = new(seed);
    private readonly Recent<Noted> _signals = new(new Random(seed + 1));
    private readonly Recent<Noted> _forecasts = new(new Random(seed + 2));
    private readonly Recent<Proposal> _proposals = new(new Random(seed + 3));
    private readonly Recent<Approval> _approvals = new(new Random(seed + 4));
    private readonly Recent<Shipment> _shipments = new(new Random(seed + 5));
    private readonly Recent<Shipment> _payable = new(new Random(seed + 6));
    private int _count;
    private int _nextPoison = PoisonFirst;
    private Product? _toBeSeen;
    private long _pallets = seed;

    /// <summary>The next message, told at <paramref name="now"/>.</summary>
    public StoryMessage Next(DateTimeOffset now)
    {
        _count++;
        return _random.Next(100) switch
        {
            < 34 => DemandSignal(now),
            < 46 => ForecastPublished(now),
            < 54 when _forecasts.Any => ReplenishmentProposed(now),
            < 61 when _proposals.Any => PurchaseApproved(now),
            < 67 when _approvals.Any => ShipmentRelease(),
            < 82 when _shipments.Any => RouteQuote(now),
            < 85 when _shipments.Any => LogisticsException(now),
            < 89 when _shipments.Any => CustomsDeclaration(),
            < 93 when _payable.Any => PaymentRequested(now),
            < 98 => TermsQuery(),
            _ => DemandSignal(now),
        };
    }

    /// <summary>A purchase approval, whatever the story's state: what attackers like to forge.</summary>
    public StoryMessage AnyPurchase(DateTimeOffset now)
    {
        _count++;
        while (!_proposals.Any)
            Prepare(now);
        return PurchaseApproved(now);
    }

    /// <summary>A shipment release, whatever the story's state.</summary>
    public StoryMessage AnyRelease(DateTimeOffset now)
    {
        while (!_approvals.Any)
            AnyPurchase(now);
        _count++;
        return ShipmentRelease();
    }

    /// <summary>A quote for a route, whatever the story's state.</summary>
    public StoryMessage AnyQuote(DateTimeOffset now)
    {
        while (!_shipments.Any)
            AnyRelease(now);
        _count++;
        return RouteQuote(now);
    }

    private void Prepare(DateTimeOffset now)
    {
        ForecastPublished(now);
        ReplenishmentProposed(now);
    }

    private StoryMessage DemandSignal(DateTimeOffset now)
    {
        var product = Pick(Goods.Products);
        var id = Id("sig");
        // Now and then somebody tells of eight times the demand: what derives from it can be followed forward.
        var poisoned = _count >= _nextPoison;
        if (poisoned)
            (_nextPoison, _toBeSeen) = (_count + PoisonEvery, product);
        var data = Json(new
        {
            signalId = id,
            gtin = product.Gtin,
            site = Pick(Goods.Sites).Gln,
            week = Week(now),
            qty = Pieces((int)(product.WeeklyDemand / 7 * Spread(0.35) * (poisoned ? 8 : 1))),
            source = Pick(["pos", "pos", "pos", "promo", "weather", "partner"]),
        });
        _signals.Add(new Noted(id, Digest(data), product));
        return new StoryMessage(Cast.DemandFeed, "demand.signal", Cast.Forecast.SpiffeId, id, data) { Label = poisoned ? PoisonLabel : null };
    }

    private StoryMessage ForecastPublished(DateTimeOffset now)
    {
        // Of a product whose demand was seen, from the latest that was seen of it.
        var product = _toBeSeen ?? (_signals.Any ? _signals.Pick().Product : Pick(Goods.Products));
        _toBeSeen = null;
        var seen = _signals.Latest(s => s.Product == product, 4);
        var id = Id("fc");
        var data = Json(new
        {
            forecastId = id,
            gtin = product.Gtin,
            site = Pick(Goods.Sites).Gln,
            model = "ets-season-4",
            points = Enumerable.Range(1, 4).Select(week =>
            {
                var middle = product.WeeklyDemand * Spread(0.12);
                return new { week = Week(now.AddDays(7 * week)), p10 = Pieces((int)(middle * 0.8)), p50 = Pieces((int)middle), p90 = Pieces((int)(middle * 1.25)) };
            }).ToArray(),
            evidence = seen.Count > 0 ? Evidence("demand.signal", [.. seen]) : null,
        });
        _forecasts.Add(new Noted(id, Digest(data), product));
        return new StoryMessage(Cast.Forecast, "forecast.published", Cast.Replenishment.SpiffeId, id, data);
    }

    private StoryMessage ReplenishmentProposed(DateTimeOffset now)
    {
        var forecast = _forecasts.Pick();
        var product = forecast.Product;
        var (supplier, shipTo) = (Pick(Goods.Suppliers), Pick(Goods.Sites));
        var pieces = (int)Math.Max(10, Math.Round(product.WeeklyDemand * Spread(0.3) / 10) * 10);
        var total = pieces * product.UnitPrice;
        var id = Id("pro");
        var data = Json(new
        {
            proposalId = id,
            supplier = supplier.Gln,
            shipTo = shipTo.Gln,
            lines = new[] { new { gtin = product.Gtin, qty = Pieces(pieces), unitPrice = Euro(product.UnitPrice) } },
            total = Euro(total),
            neededBy = Time(now.AddDays(_random.Next(10, 40))),
            incoterm = Pick(["FCA", "FOB", "CIF", "DAP"]),
            basis = new { forecastId = forecast.Id, onHand = Pieces(_random.Next(0, pieces)), safetyStock = Pieces(pieces / 4) },
            evidence = Evidence("forecast.published", forecast),
        });
        _proposals.Add(new Proposal(id, Digest(data), product, supplier, shipTo, pieces, total));
        return new StoryMessage(Cast.Replenishment, "replenishment.proposed", Cast.ProcurementApprover.SpiffeId, id, data);
    }

    private StoryMessage PurchaseApproved(DateTimeOffset now)
    {
        var proposal = _proposals.Take();
        var id = Id("app");
        var byPolicy = proposal.Total < 10_000m;
        var data = Json(new
        {
            approvalId = id,
            proposalId = proposal.Id,
            proposalDigest = proposal.Digest,
            limit = Euro(proposal.Total),
            approver = byPolicy
                ? (object)new { kind = "policy", id = "policy:auto-below-10k" }
                : new { kind = "human", id = "user:" + Pick(["mtanaka", "jdoe", "lberg"]), role = "buyer" },
            validUntil = Time(now.AddHours(8)),
            singleUse = true,
        });
        _approvals.Add(new Approval(id, proposal, PurchaseOrder()));
        return new StoryMessage(Cast.ProcurementApprover, "purchase.approved", Cast.ErpConnector.SpiffeId, id, data);
    }

    private StoryMessage ShipmentRelease()
    {
        var approval = _approvals.Take();
        var proposal = approval.Proposal;
        var id = Id("rel");
        var data = Json(new
        {
            releaseId = id,
            approvalId = approval.Id,
            poNumber = approval.PurchaseOrder,
            sscc = Enumerable.Range(0, _random.Next(1, 5)).Select(_ => Goods.Sscc(++_pallets)).ToArray(),
            from = proposal.Supplier.Gln,
            to = proposal.ShipTo.Gln,
            carrier = Cast.CarrierPortal.SpiffeId,
            declaredValue = Euro(proposal.Total),
            grossWeight = new { value = Number(decimal.Round(proposal.Pieces * proposal.Product.KilogramsEach * 1.04m, 1)), uom = "KGM" },
        });
        // A shipment is called what it was released as.
        var shipment = new Shipment(id, approval);
        _shipments.Add(shipment);
        _payable.Add(shipment);
        return new StoryMessage(Cast.WarehouseRelease, "shipment.release", Cast.CarrierPortal.SpiffeId, id, data);
    }

    private StoryMessage RouteQuote(DateTimeOffset now)
    {
        var shipment = _shipments.Pick();
        var proposal = shipment.Approval.Proposal;
        var air = _random.Next(8) == 0;
        var departs = now.AddHours(_random.Next(12, 96));
        var weight = proposal.Pieces * proposal.Product.KilogramsEach;
        var id = Id("quo");
        var data = Json(new
        {
            quoteId = id,
            shipmentId = shipment.Id,
            pol = proposal.Supplier.Port,
            pod = proposal.ShipTo.Port,
            mode = air ? "AIR" : "SEA",
            vessel = air ? null : new { imo = (9_300_000 + _random.Next(99_999)).ToString(CultureInfo.InvariantCulture), voyage = $"{_random.Next(10, 60)}W" },
            etd = Time(departs),
            eta = Time(departs.AddHours(air ? _random.Next(14, 40) : _random.Next(500, 800))),
            price = Euro(Math.Max(120m, weight * (air ? 4.1m : 0.22m)) * (decimal)Spread(0.2)),
            co2e = new { value = Number(decimal.Round(Math.Max(1, weight * (air ? 5.6m : 0.11m)), 1)), uom = "KGM" },
            expires = Time(now.AddHours(12)),
        });
        return new StoryMessage(Cast.RouteOptimizer, "route.quote", Cast.CarrierPortal.SpiffeId, id, data);
    }

    private StoryMessage LogisticsException(DateTimeOffset now)
    {
        var shipment = _shipments.Pick();
        var proposal = shipment.Approval.Proposal;
        var kind = Pick(["delayed_at_port", "delayed_at_port", "weather", "customs_hold", "damaged", "temperature"]);
        var hours = kind is "damaged" or "temperature" ? 0 : _random.Next(4, 96);
        var id = Id("exc");
        var data = Json(new
        {
            exceptionId = id,
            shipmentId = shipment.Id,
            kind,
            at = Time(now.AddMinutes(-_random.Next(5, 240))),
            location = proposal.ShipTo.Port,
            delayHours = hours,
            proposedAction = hours > 48 ? Pick(["reroute", "expedite"]) : "none",
            costImpact = hours > 48 ? Euro(proposal.Total * 0.08m) : null,
            evidence = new[] { new EvidenceItem($"epcis:{shipment.Id}:{proposal.ShipTo.Port}", Digest(Json(new { shipment.Id, kind, hours }))) },
        });
        return new StoryMessage(Cast.LogisticsException, "logistics.exception", Cast.RouteOptimizer.SpiffeId, id, data);
    }

    private StoryMessage CustomsDeclaration()
    {
        var shipment = _shipments.Pick();
        var proposal = shipment.Approval.Proposal;
        var id = Id("dec");
        var data = Json(new
        {
            declarationId = id,
            shipmentId = shipment.Id,
            declarant = Goods.Broker,
            importer = "DE1234567",
            entryPort = proposal.ShipTo.Port,
            incoterm = "CIF",
            items = new[]
            {
                new
                {
                    hs = proposal.Product.Hs,
                    origin = proposal.Product.Origin,
                    netMass = new { value = Number(decimal.Round(proposal.Pieces * proposal.Product.KilogramsEach, 1)), uom = "KGM" },
                    value = Euro(proposal.Total),
                },
            },
            customsValue = Euro(proposal.Total),
        });
        return new StoryMessage(Cast.CustomsCompliance, "customs.declaration", Cast.BrokerDesk.SpiffeId, id, data);
    }

    private StoryMessage PaymentRequested(DateTimeOffset now)
    {
        var shipment = _payable.Take();
        var proposal = shipment.Approval.Proposal;
        var id = Id("pay");
        var data = Json(new
        {
            requestId = id,
            poNumber = shipment.Approval.PurchaseOrder,
            payee = proposal.Supplier.Gln,
            ibanDigest = Digest(Json(new { account = proposal.Supplier.Gln })),
            amount = Euro(proposal.Total),
            dueDate = now.AddDays(30).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            matchedReceipt = shipment.Id,
        });
        return new StoryMessage(Cast.ApPayment, "invoice.payment.requested", Cast.ErpConnector.SpiffeId, id, data);
    }

    private StoryMessage TermsQuery()
    {
        string[] fields = ["lead_time", "moq", "price_band", "payment_terms"];
        var id = Id("qry");
        var data = Json(new
        {
            queryId = id,
            supplier = Pick(Goods.Suppliers).Gln,
            fields = fields[..(1 + _random.Next(3))],
            purpose = Pick(["support", "support", "sourcing"]),
            caseId = "case-" + _random.Next(1000, 9999).ToString(CultureInfo.InvariantCulture),
        });
        return new StoryMessage(Cast.SupplierSupport, "supplier.terms.query", Cast.ProcurementApprover.SpiffeId, id, data);
    }

    private static readonly JsonSerializerOptions Plain = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private string Id(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{chapter}-{_count:d5}");

    private string PurchaseOrder() => (4_500_000_000L + (seed * 7919L + _count) % 400_000_000).ToString(CultureInfo.InvariantCulture);

    private T Pick<T>(IReadOnlyList<T> from) => from[_random.Next(from.Count)];

    /// <summary>A factor around 1.</summary>
    private double Spread(double width) => 1 + (_random.NextDouble() + _random.NextDouble() - 1) * width;

    private static EvidenceItem[] Evidence(string type, params Noted[] seen)
        => [.. seen.DistinctBy(s => s.Id).Select(s => new EvidenceItem(type + ":" + s.Id, s.Digest))];

    private static object Pieces(int count) => new { value = Math.Max(0, count).ToString(CultureInfo.InvariantCulture), uom = "EA" };

    private static object Euro(decimal amount) => new { amount = decimal.Round(amount, 2).ToString("0.00", CultureInfo.InvariantCulture), currency = "EUR" };

    private static string Number(decimal value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static string Week(DateTimeOffset time)
        => string.Create(CultureInfo.InvariantCulture, $"{ISOWeek.GetYear(time.UtcDateTime)}-W{ISOWeek.GetWeekOfYear(time.UtcDateTime):d2}");

    private static byte[] Json<T>(T data) => JsonSerializer.SerializeToUtf8Bytes(data, Plain);

    private static string Digest(ReadOnlySpan<byte> data) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(data));
#pragma warning restore CA5394
}
