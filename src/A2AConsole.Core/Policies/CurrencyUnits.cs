using System.Collections.Frozen;

namespace A2AConsole.Core.Policies;

/// <summary>How many digits a currency has after the point (ISO 4217, table A.1). A currency that is not here is not known, and amounts in it are refused.</summary>
public static class CurrencyUnits
{
    private static readonly FrozenDictionary<string, int> Known = Build();

    /// <summary>Digits after the point; null for a currency that is not known.</summary>
    public static int? Digits(string? currency) => currency is not null && Known.TryGetValue(currency, out var digits) ? digits : null;

    private static FrozenDictionary<string, int> Build()
    {
        var digits = new Dictionary<string, int>(StringComparer.Ordinal);
        Add(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF");
        Add(3, "BHD IQD JOD KWD LYD OMR TND");
        Add(2, "AED ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP "
            + "GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
            + "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD "
            + "TWD TZS UAH USD UYU UZS VES WST XCD YER ZAR ZMW");
        return digits.ToFrozenDictionary(StringComparer.Ordinal);

        void Add(int count, string currencies)
        {
            foreach (var currency in currencies.Split(' '))
                digits.Add(currency, count);
        }
    }
}
