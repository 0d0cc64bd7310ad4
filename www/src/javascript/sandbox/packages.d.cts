declare const clients: Readonly<Record<string, () => object>>;
export = clients;
