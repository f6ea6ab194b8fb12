namespace A2AConsole.Web.Access;

/// <summary>The cookie by which the server knows the theme before the page's first byte. The browser's module writes the same.</summary>
internal static class ThemeCookie
{
    public static void Write(HttpContext context, string? theme)
    {
        if (theme is "light" or "dark")
            context.Response.Cookies.Append("a2a-theme", theme, new() { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, Secure = context.Request.IsHttps, IsEssential = true });
        else
            context.Response.Cookies.Delete("a2a-theme");
    }
}
