select '{{ env_var('SHOP_OF_NO_ONE') }}' as shop
