using System.Formats.Asn1;

namespace A2AConsole.Core.Identity;

/// <summary>The forms of a name in a certificate (RFC 5280 §4.2.1.6); the numbers are the standard's tags.</summary>
internal enum NameForm
{
    Other = 0,
    Mail = 1,
    Dns = 2,
    X400 = 3,
    Directory = 4,
    EdiParty = 5,
    Uri = 6,
    IpAddress = 7,
    RegisteredId = 8,
}

/// <summary>One subject alternative name or the base of a constraint.</summary>
/// <param name="Form">What kind of name it is.</param>
/// <param name="Text">Its characters, for the forms that are text; else empty.</param>
internal sealed record GeneralName(NameForm Form, string Text)
{
    /// <summary>Reads one name. Throws <see cref="AsnContentException"/> when it is none.</summary>
    public static GeneralName Read(AsnReader reader)
    {
        var tag = reader.PeekTag();
        if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue > (int)NameForm.RegisteredId)
            throw new AsnContentException();
        var form = (NameForm)tag.TagValue;
        if (form is not (NameForm.Uri or NameForm.Dns or NameForm.Mail))
        {
            reader.ReadEncodedValue();
            return new(form, "");
        }
        return new(form, reader.ReadCharacterString(UniversalTagNumber.IA5String, tag));
    }

    /// <summary>
    /// The host of a URI (RFC 3986 §3.2.2) without user and port, or null when it has none that is a name: constraints are
    /// about names of hosts, and an address or nothing at all cannot keep them.
    /// </summary>
    public string? HostOfUri()
    {
        const string authority = "://";
        var at = Text.IndexOf(authority, StringComparison.Ordinal);
        if (at <= 0)
            return null;
        var rest = Text.AsSpan(at + authority.Length);
        var end = rest.IndexOfAny('/', '?', '#');
        var host = end < 0 ? rest : rest[..end];
        host = host[(host.LastIndexOf('@') + 1)..];
        if (host.StartsWith('['))
            return null;
        var port = host.IndexOf(':');
        var name = (port < 0 ? host : host[..port]).ToString();
        return IsHost(name) && !System.Net.IPAddress.TryParse(name, out _) ? name : null;
    }

    /// <summary>Whether a text is made of non-empty labels with single dots between them.</summary>
    public static bool IsHost(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || text[0] == '.' || text[^1] == '.' || text.Contains("..", StringComparison.Ordinal))
            return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                return false;
        }
        return true;
    }
}
